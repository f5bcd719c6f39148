package dev.tcphealth.launcher;

import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * One agent from its start to its end: the loader of zone 3, the transformer that holds the weaver's place, and the
 * session in zone 3, which is known here as JDK types only.
 */
final class RunningAgent implements Runnable {

    /** The JVM's own start has both processors to itself so long, unless network code shows before. */
    private static final long START_DELAY_MILLIS = 500;

    private static final long START_TIMEOUT_MILLIS = 60_000;

    /**
     * What the starter's thread asks the application's class loader for, which loads this class. It must not ask: where
     * that loader loads one class at a time, and uses the network for it, the starter would wait for the loader and the
     * loader for the weaver. Whatever a loader has found once, the JVM does not ask it for again.
     */
    @SuppressWarnings("UnusedVariable") // to name them here has the JVM find them when this class is initialised
    private static final List<Class<?>> KNOWN_BEFORE = List.of(
            AutoCloseable.class,
            BiFunction.class,
            Boolean.class,
            Class.class,
            ClassFileTransformer.class,
            Constructor.class,
            Consumer.class,
            InputStream.class,
            InterruptedException.class,
            Object.class,
            Thread.class,
            Throwable.class,
            TimeUnit.class,
            ZipEntry.class);

    private final IsolatingLoader loader;
    private final Instrumentation instrumentation;
    private final String options;
    private final boolean atOnce;
    private final LateTransformer transformer = new LateTransformer();
    private final Thread starter = new Thread(null, this, "tcp-health-start", 0, false);

    private final BiFunction<Instrumentation, String, AutoCloseable> opening;

    private volatile @Nullable AutoCloseable session;
    private volatile @Nullable Throwable failure;

    /** @param atOnce start now, on an attached JVM that is long since up, and not when network code shows */
    @SuppressWarnings("unchecked") // the class is ours and of the same jar
    RunningAgent(IsolatingLoader loader, Instrumentation instrumentation, String options, boolean atOnce)
            throws ReflectiveOperationException {
        this.loader = loader;
        this.instrumentation = instrumentation;
        this.options = options;
        this.atOnce = atOnce;
        this.opening =
                (BiFunction<Instrumentation, String, AutoCloseable>) loader.instance("dev.tcphealth.weaver.AgentStart");
    }

    /**
     * From its return on every socket will be seen. Returns at once, unless an agent before this one has loaded socket
     * classes: they will not be loaded again, so nobody would wait for the weaver. If started at once, returns when all
     * is up.
     *
     * @throws Exception what went wrong, if it was started at once
     */
    void start() throws Exception {
        transformer.startedBy(starter);
        instrumentation.addTransformer(transformer, true);
        boolean late = !atOnce && LateTransformer.targetLoaded(instrumentation.getAllLoadedClasses());
        if (late) {
            transformer.hurry();
        }
        starter.setDaemon(true);
        starter.setContextClassLoader(loader);
        starter.start();
        if (late) {
            starter.join(LateTransformer.PATIENCE_MILLIS);
        }
        if (atOnce) {
            starter.join(START_TIMEOUT_MILLIS);
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("the agent could not start: " + rootOf(cause), cause);
            }
        }
    }

    @Override
    public void run() {
        try {
            if (!atOnce) {
                transformer.awaitSign(START_DELAY_MILLIS);
            }
            AutoCloseable made = opening.apply(instrumentation, options);
            session = made;
            transformer.ready((ClassFileTransformer) made);
            @SuppressWarnings("unchecked") // likewise
            Consumer<Boolean> sampling = (Consumer<Boolean>) made;
            sampling.accept(atOnce);
        } catch (Throwable t) {
            failure = t;
            try {
                end();
            } catch (Throwable also) {
                // With no memory left the JVM throws one and the same error again, which must not suppress itself.
                if (!also.equals(t)) {
                    t.addSuppressed(also);
                }
            }
            if (!atOnce) {
                Launcher.complain("could not start, the application runs without it: " + rootOf(t));
            }
        }
    }

    /** Leaves nothing behind but the hook, empty. */
    void stop() throws Exception {
        transformer.hurry();
        starter.join(START_TIMEOUT_MILLIS);
        end();
    }

    private void end() throws Exception {
        instrumentation.removeTransformer(transformer);
        transformer.ready(null);
        AutoCloseable ending = session;
        session = null;
        try {
            if (ending != null) {
                ending.close();
            }
        } finally {
            loader.close();
            LastRecord.takePlace();
        }
    }

    /**
     * {@code java.lang.runtime.ObjectMethods} keeps the last types it made equals, hashCode and toString of a record for
     * (MethodHandle.asTypeCache), and with them their class loader: on JDK 17 for ever, on later ones softly. This record
     * takes the place of ours, so that the isolating loader can go. It must be made anew each time, as a record's own
     * methods ask once.
     */
    private record LastRecord(String component) {

        private static void takePlace() throws Exception {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle getter = lookup.findGetter(LastRecord.class, "component", String.class);
            Map<String, MethodType> methods = Map.of(
                    "equals", MethodType.methodType(boolean.class, LastRecord.class, Object.class),
                    "hashCode", MethodType.methodType(int.class, LastRecord.class),
                    "toString", MethodType.methodType(String.class, LastRecord.class));
            for (Map.Entry<String, MethodType> method : methods.entrySet()) {
                try {
                    ObjectMethods.bootstrap(
                            lookup, method.getKey(), method.getValue(), LastRecord.class, "component", getter);
                } catch (Throwable t) {
                    throw new IllegalStateException("the JDK does not make " + method, t);
                }
            }
        }
    }

    private static Throwable rootOf(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
