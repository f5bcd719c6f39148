package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * For the command line, and once for the class that brings the agent's own loader into java.base: loads zone 3 out of the
 * agent's own jar, where it lies under a prefix and with an ending that no other loader takes for classes. The parent is
 * the platform loader and comes second, so neither side sees the other's libraries.
 */
final class IsolatingLoader extends ClassLoader implements AutoCloseable {

    static final String PREFIX = "inst/";
    static final String ENDING = ".classdata";

    private static final String CLASS = ".class";

    static {
        registerAsParallelCapable();
    }

    private final JarFile jar;
    private final URI location;

    IsolatingLoader(Path jar) throws IOException {
        super("tcp-health", ClassLoader.getPlatformClassLoader());
        this.jar = new JarFile(jar.toFile());
        this.location = jar.toUri();
    }

    /** An object of a public class of zone 3, by its constructor without parameters. */
    Object instance(String className) throws ReflectiveOperationException {
        return loadClass(className).getDeclaredConstructor().newInstance();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] classFile = read(PREFIX + name.replace('.', '/') + ENDING);
                if (classFile == null) {
                    return super.loadClass(name, resolve);
                }
                loaded = defineClass(name, classFile, 0, classFile.length);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        try {
            ZipEntry entry = jar.getEntry(entryName(name));
            return entry == null ? super.getResourceAsStream(name) : jar.getInputStream(entry);
        } catch (IOException | IllegalStateException e) {
            return null;
        }
    }

    @Override
    protected @Nullable URL findResource(String name) {
        try {
            String entry = entryName(name);
            return jar.getEntry(entry) == null ? null : new URL("jar:" + location + "!/" + entry);
        } catch (MalformedURLException | IllegalStateException e) {
            return null;
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return Collections.enumeration(found == null ? List.of() : List.of(found));
    }

    /** Classes that were not loaded before are not found any more. */
    @Override
    public void close() throws IOException {
        jar.close();
    }

    private static String entryName(String resource) {
        return PREFIX
                + (resource.endsWith(CLASS)
                        ? resource.substring(0, resource.length() - CLASS.length()) + ENDING
                        : resource);
    }

    private byte @Nullable [] read(String entryName) throws ClassNotFoundException {
        try {
            ZipEntry entry = jar.getEntry(entryName);
            if (entry == null) {
                return null;
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return in.readAllBytes();
            }
        } catch (IOException | IllegalStateException e) {
            throw new ClassNotFoundException(entryName + " cannot be read from the agent's jar", e);
        }
    }
}
