package dev.tcphealth.weaver;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;

/**
 * Brings our classes into java.base: the hook, what reads the JVM's memory, and where the JDK has java.lang.foreign, the
 * native calls.
 */
final class HookClass {

    private static final String HOOK = "TcpHealthHook";
    private static final String MEMORY = "TcpHealthMemory";
    private static final String NATIVE = "TcpHealthNative";
    private static final String LOADER = "TcpHealthLoader";
    private static final String DOOR = "TcpHealthDoor";

    private HookClass() {}

    /** Opens what the agent needs of java.base to the module of this class, in which there is nothing but the agent. */
    static void open(Instrumentation instrumentation) {
        Set<Module> us = Set.of(HookClass.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("sun.nio.ch", us, "jdk.internal.vm", us),
                Map.of("sun.nio.ch", us),
                Set.of(),
                Map.of());
    }

    /**
     * Defines the agent's loader likewise, and the door to it, for which nothing but the package is opened to the module of
     * this class.
     *
     * @throws IOException if a class file is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    static void defineDoor(Instrumentation instrumentation) throws IOException, ReflectiveOperationException {
        Set<Module> us = Set.of(HookClass.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(), Set.of(), Map.of(), Map.of("sun.nio.ch", us), Set.of(), Map.of());
        defineOnce(LOADER);
        defineOnce(DOOR);
    }

    /**
     * Defines the hook, unless an agent before this one has, in what {@link #open} has opened.
     *
     * @throws IOException if its class file is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    static void define() throws IOException, ReflectiveOperationException {
        defineOnce(HOOK);
    }

    /**
     * Defines the class of the native calls likewise, after the hook.
     *
     * @throws IOException if its class file is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    static void defineNative() throws IOException, ReflectiveOperationException {
        defineOnce(NATIVE);
    }

    /**
     * Defines the class that reads memory likewise, after the hook.
     *
     * @throws IOException if its class file is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    static void defineMemory() throws IOException, ReflectiveOperationException {
        defineOnce(MEMORY);
    }

    private static void defineOnce(String name) throws IOException, ReflectiveOperationException {
        if (!defined(name)) {
            Class<?> neighbour = Class.forName(Target.PACKAGE + "IOUtil", false, null);
            MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(classFile(name));
        }
    }

    private static boolean defined(String name) {
        try {
            Class.forName(Target.PACKAGE + name, false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static byte[] classFile(String name) throws IOException {
        String resource = "hook/" + name + ".bin";
        try (InputStream in = HookClass.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the agent's jar");
            }
            return in.readAllBytes();
        }
    }
}
