package sun.nio.ch;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.security.AllPermission;
import java.security.PermissionCollection;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import jdk.internal.access.SharedSecrets;
import jdk.internal.module.Modules;

/**
 * Loads the agent out of its own jar into a named module that exports and opens nothing. The parent is the platform loader
 * and comes second, so neither side sees the other's libraries.
 *
 * <p>It is a class of java.base so that the application cannot have it define a class: {@code java.base} does not open
 * this package, and a loader of the application's own loader would be open to the application. Its classes have all
 * permissions, whatever a SecurityManager's policy says of the jar.
 */
public final class TcpHealthLoader extends ClassLoader implements AutoCloseable {

    private static final String MODULE = "dev.tcphealth";

    /** Where the jar has what is ours, with an ending that no other loader takes for classes. */
    private static final String PREFIX = "inst/";

    private static final String ENDING = ".classdata";

    /** The names of the packages, one a line, which the build writes. */
    private static final String PACKAGES = "packages";

    static {
        registerAsParallelCapable();
    }

    private final JarFile jar;
    private final Set<String> packages;
    private final ProtectionDomain domain;

    TcpHealthLoader(String jar) throws IOException {
        super("tcp-health", getPlatformClassLoader());
        this.jar = new JarFile(jar);
        this.domain = new ProtectionDomain(null, allPermissions());
        byte[] names = read(PREFIX + PACKAGES);
        if (names == null) {
            throw new IOException(PREFIX + PACKAGES + " is not in the agent's jar");
        }
        this.packages = Set.of(new String(names, StandardCharsets.UTF_8).trim().split("\n"));
        ModuleDescriptor descriptor = ModuleDescriptor.newModule(MODULE)
                .requires("java.base")
                .packages(packages)
                .build();
        Module module = Modules.defineModule(this, descriptor, null);
        Modules.addReads(module, Object.class.getModule());
        for (Module other : ModuleLayer.boot().modules()) {
            Modules.addReads(module, other);
        }
    }

    private static PermissionCollection allPermissions() {
        AllPermission all = new AllPermission();
        PermissionCollection permissions = all.newPermissionCollection();
        permissions.add(all);
        return permissions;
    }

    /** An object of one of its classes, by its public constructor without parameters. */
    Object instance(String className) throws ReflectiveOperationException {
        Class<?> type = loadClass(className);
        return SharedSecrets.getJavaLangReflectAccess().newInstance(type.getConstructor(), new Object[0], type);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !packages.contains(name.substring(0, dot))) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try {
            byte[] classFile = read(PREFIX + name.replace('.', '/') + ENDING);
            if (classFile != null) {
                return defineClass(name, classFile, 0, classFile.length, domain);
            }
        } catch (IOException | IllegalStateException e) {
            throw new ClassNotFoundException(name + " cannot be read from the agent's jar", e);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected Class<?> findClass(String module, String name) {
        try {
            return MODULE.equals(module) ? loadClass(name, false) : null;
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /** By stream alone: a URL would open the jar a second time, and for good. */
    @Override
    public InputStream getResourceAsStream(String name) {
        try {
            ZipEntry entry = jar.getEntry(PREFIX + (name.endsWith(".class") ? withEnding(name) : name));
            return entry == null ? super.getResourceAsStream(name) : jar.getInputStream(entry);
        } catch (IOException | IllegalStateException e) {
            return null;
        }
    }

    private static String withEnding(String name) {
        return name.substring(0, name.lastIndexOf('.')) + ENDING;
    }

    /** Classes that were not loaded before are not found any more. */
    @Override
    public void close() throws IOException {
        jar.close();
    }

    private byte[] read(String entryName) throws IOException {
        ZipEntry entry = jar.getEntry(entryName);
        if (entry == null) {
            return null;
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
