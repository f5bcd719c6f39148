package dev.tcphealth.kernel;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loader for JNA and {@link JnaSockets} alone, so that both, with JNA's native library, can be collected.
 *
 * <p>JNA left to itself does what an agent must not do to its host: it makes a folder in the user's home, opens the
 * agent's jar through the JVM's cache of open jars, where it stays open for good, runs {@code ldconfig}, and takes the
 * first temporary folder for good, even if programs may not be run from there. Here its library is unpacked into the
 * first folder from which it can be loaded, and removed as soon as it is.
 */
final class JnaLoader extends ClassLoader {

    private static final String JNA = "com.sun.jna.";
    private static final String SOCKETS = JnaSockets.class.getName();
    private static final String LIBRARY = "libjnidispatch.so";

    /** What {@link PrivateProperties} has made of those that JNA sets, and that we set so that it runs no program. */
    private static final List<String> PROPERTIES = List.of(
            PrivateProperties.PREFIX + "jna.loaded",
            PrivateProperties.PREFIX + "jnidispatch.path",
            PrivateProperties.PREFIX + "jna.tmpdir",
            PrivateProperties.PREFIX + "jna.platform.library.path");

    private final ClassLoader classes;
    private final Path library;

    private JnaLoader(ClassLoader classes, Path library) {
        super("tcp-health JNA", classes);
        this.classes = classes;
        this.library = library;
    }

    /**
     * Loads JNA, which leaves thread locals in this thread: the loader cannot be collected before the thread has ended.
     *
     * @throws IOException where its library cannot be unpacked or loaded; the message says where it was tried and what
     *     was wrong with each place
     */
    static NativeSockets load() throws IOException, ReflectiveOperationException {
        return load(folders());
    }

    static NativeSockets load(Iterable<Path> folders) throws IOException, ReflectiveOperationException {
        // JNA logs, and a runtime image may be without java.util.logging.
        Class.forName("java.util.logging.Logger");
        List<String> problems = new ArrayList<>();
        for (Path folder : folders) {
            try {
                Path library = unpack(folder);
                try {
                    return load(library, folder);
                } finally {
                    Files.deleteIfExists(library);
                }
            } catch (IOException e) {
                problems.add(folder + ": " + ProcFile.reason(e));
            } catch (UnsatisfiedLinkError e) {
                problems.add(folder + ": " + e.getMessage());
            }
        }
        throw new IOException("its library cannot be loaded from " + String.join("; ", problems));
    }

    private static NativeSockets load(Path library, Path folder) throws ReflectiveOperationException {
        System.setProperty(PrivateProperties.PREFIX + "jna.tmpdir", folder.toString());
        System.setProperty(PrivateProperties.PREFIX + "jna.platform.library.path", "/usr/lib64:/usr/lib");
        try {
            JnaLoader loader = new JnaLoader(JnaLoader.class.getClassLoader(), library);
            JnaModule.define(loader);
            Constructor<?> constructor = loader.loadClass(SOCKETS).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (NativeSockets) constructor.newInstance();
        } finally {
            PROPERTIES.forEach(System::clearProperty);
        }
    }

    /** The folders that are tried, in order: where the user or JNA's own option says, then what is memory or temporary. */
    private static Set<Path> folders() {
        Set<Path> folders = new LinkedHashSet<>();
        for (String property : List.of("jna.tmpdir", "java.io.tmpdir")) {
            String value = System.getProperty(property);
            if (value != null && !value.isBlank()) {
                folders.add(Path.of(value).toAbsolutePath());
            }
        }
        folders.add(Path.of("/dev/shm"));
        folders.add(Path.of("/var/tmp"));
        return folders;
    }

    private static Path unpack(Path folder) throws IOException {
        String arch = System.getProperty("os.arch", "");
        String platform = switch (arch) {
            case "amd64", "x86_64" -> "linux-x86-64";
            case "aarch64", "arm64" -> "linux-aarch64";
            default -> throw new IOException("there is no library for " + arch);
        };
        String resource = "com/sun/jna/" + platform + "/" + LIBRARY;
        try (InputStream in = JnaLoader.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the agent's jar");
            }
            Path file = Files.createTempFile(
                    folder,
                    "tcp-health-",
                    ".so",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                // Not by a channel, which would leave this thread a direct buffer of the library's size.
                try (OutputStream out = new FileOutputStream(file.toFile())) {
                    in.transferTo(out);
                }
                // access(2) knows of mount options, too: nothing can be mapped for execution from a folder without
                // exec.
                if (!Files.isExecutable(file)) {
                    throw new IOException("programs may not be run from this folder (noexec)");
                }
                return file;
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(JNA) && !name.startsWith(SOCKETS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = classes.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] classFile = in.readAllBytes();
            byte[] ours = name.startsWith(JNA) ? PrivateProperties.in(classFile) : classFile;
            return defineClass(name, ours, 0, ours.length, JnaLoader.class.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    /** JNA loads its library from where this says it is, as it is a plain file. */
    @Override
    public @Nullable URL getResource(String name) {
        try {
            return name.endsWith(LIBRARY) ? library.toUri().toURL() : super.getResource(name);
        } catch (MalformedURLException e) {
            return null;
        }
    }
}
