package dev.tcphealth.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent that does nothing: what {@code -javaagent} alone costs. */
public final class EmptyAgent {

    private EmptyAgent() {}

    /** Called by the JVM. */
    @SuppressWarnings("unused")
    public static void premain(String options) {}

    /** Puts it into a jar that may do what ours may. */
    static void writeTo(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", EmptyAgent.class.getName());
        attributes.putValue("Can-Redefine-Classes", "true");
        attributes.putValue("Can-Retransform-Classes", "true");
        String file = EmptyAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream in = Objects.requireNonNull(EmptyAgent.class.getResourceAsStream("/" + file))) {
            entries.putNextEntry(new JarEntry(file));
            in.transferTo(entries);
            entries.closeEntry();
        }
    }
}
