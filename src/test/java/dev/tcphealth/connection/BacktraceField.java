package dev.tcphealth.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Reads {@code Throwable.backtrace} as the hook does; the JVM needs --add-exports java.base/jdk.internal.misc=ALL-UNNAMED. */
final class BacktraceField implements CodePaths.BacktraceReader {

    private final MethodHandle getReference;
    private final long offset;

    BacktraceField() {
        try {
            // By reflection, as code compiled for release 17 does not see the class.
            Class<?> unsafeClass = Class.forName("jdk.internal.misc.Unsafe");
            Object unsafe = unsafeClass.getMethod("getUnsafe").invoke(null);
            offset = (long) unsafeClass
                    .getMethod("objectFieldOffset", Class.class, String.class)
                    .invoke(unsafe, Throwable.class, "backtrace");
            getReference = MethodHandles.lookup()
                    .findVirtual(
                            unsafeClass, "getReference", MethodType.methodType(Object.class, Object.class, long.class))
                    .bindTo(unsafe);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable Object backtrace(Throwable of) {
        try {
            return (@Nullable Object) getReference.invoke(of, offset);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
