package dev.tcphealth.weaver;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;

/** Brings the hook into java.base. */
final class HookClass {

    private static final String RESOURCE = "hook/TcpHealthHook.bin";

    private HookClass() {}

    /**
     * Opens what the agent needs of java.base to the module of this class, which is the isolating loader's own unnamed
     * module and not the application's, and defines the hook unless an agent before this one has.
     *
     * @throws IOException if the hook's class file is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    static void define(Instrumentation instrumentation) throws IOException, ReflectiveOperationException {
        Set<Module> us = Set.of(HookClass.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("sun.nio.ch", us, "jdk.internal.vm", us),
                Map.of("sun.nio.ch", us),
                Set.of(),
                Map.of());
        if (!defined()) {
            Class<?> neighbour = Class.forName(Target.PACKAGE + "IOUtil", false, null);
            MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(classFile());
        }
    }

    private static boolean defined() {
        try {
            Class.forName(Target.PACKAGE + "TcpHealthHook", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = HookClass.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException(RESOURCE + " is not in the agent's jar");
            }
            return in.readAllBytes();
        }
    }
}
