package dev.tcphealth.hotspot;

import java.lang.ref.WeakReference;

/**
 * A class as it was at one moment. While it is the same, so are the addresses of its methods and of their byte code: they
 * are freed when the class is unloaded, or when a redefinition replaces all of them. A class that is referred to is not
 * unloaded, with any collector; and HotSpot counts each redefinition of a class in its java.lang.Class while all threads
 * stand still (VM_RedefineClasses::increment_class_counter), whoever asks for it: an agent, a debugger, native code.
 */
final class LoadedClass {

    /** About what one takes of the heap. */
    static final int BYTES = 24 + 48;

    private final WeakReference<Class<?>> type;
    private final int redefinitions;

    LoadedClass(Class<?> type, int redefinitions) {
        this.type = new WeakReference<>(type);
        this.redefinitions = redefinitions;
    }

    /** Whether it is still loaded, and has not been redefined since. */
    boolean isSame(JvmMemory memory) {
        Class<?> loaded = type.get();
        return loaded != null && memory.redefinitions(loaded) == redefinitions;
    }
}
