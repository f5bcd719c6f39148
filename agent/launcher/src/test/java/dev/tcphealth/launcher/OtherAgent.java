package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Another agent in the same JVM: it watches every class, retransforms the socket classes, and tells the application what
 * class files it is shown. With the argument {@code socket} it uses sockets in its premain.
 */
public final class OtherAgent implements ClassFileTransformer {

    private static final String SOCKETS = "sun/nio/ch/";

    private static @Nullable Instrumentation instrumentation;

    private final Map<String, byte[]> shown = new ConcurrentHashMap<>();

    private OtherAgent() {}

    public static void premain(String arguments, Instrumentation given) throws IOException {
        instrumentation = given;
        given.addTransformer(new OtherAgent(), true);
        if ("socket".equals(arguments)) {
            EarlyApp.traffic();
        }
    }

    /** Attached after an agent, it sees what that one made of a class: agents are asked in the order they came. */
    public static void agentmain(String arguments, Instrumentation given) {
        instrumentation = given;
    }

    /** The JVM option that starts it, in a jar made in this folder. Its class is on the application's class path. */
    static String javaagent(Path folder, String arguments) throws IOException {
        return "-javaagent:" + jar(folder) + "=" + arguments;
    }

    /** A jar of this agent, made in this folder. */
    static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", OtherAgent.class.getName());
        attributes.putValue("Agent-Class", OtherAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        Path jar = Files.createTempFile(folder, "other-agent", ".jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    /** Writes the class files of the socket classes into a folder, as this agent is shown them. */
    static void dump(Path folder) throws UnmodifiableClassException, IOException {
        Instrumentation jvm = Objects.requireNonNull(instrumentation);
        List<Class<?>> socketClasses = new ArrayList<>();
        for (Class<?> loaded : jvm.getAllLoadedClasses()) {
            if (loaded.getName().startsWith(SOCKETS.replace('/', '.'))
                    && !loaded.getName().endsWith("TcpHealthHook")
                    && jvm.isModifiableClass(loaded)
                    && !loaded.isHidden()) {
                socketClasses.add(loaded);
            }
        }
        OtherAgent last = new OtherAgent();
        jvm.addTransformer(last, true);
        try {
            jvm.retransformClasses(socketClasses.toArray(new Class<?>[0]));
        } finally {
            jvm.removeTransformer(last);
        }
        for (Map.Entry<String, byte[]> shown : last.shown.entrySet()) {
            Files.write(folder.resolve(shown.getKey().substring(SOCKETS.length()) + ".class"), shown.getValue());
        }
    }

    /** How many classes are loaded. The JVM's own count also counts what was redefined. */
    static int classes() {
        return Objects.requireNonNull(instrumentation).getAllLoadedClasses().length;
    }

    /** How many classes are loaded that come from a loader of this name. */
    static long classesOf(String loaderName) {
        long count = 0;
        for (Class<?> loaded : Objects.requireNonNull(instrumentation).getAllLoadedClasses()) {
            ClassLoader loader = loaded.getClassLoader();
            if (loader != null && loaderName.equals(loader.getName())) {
                count++;
            }
        }
        return count;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        if (name != null && name.startsWith(SOCKETS)) {
            shown.put(name, classFile.clone());
        }
        return null;
    }
}
