package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.security.SecureRandom;
import java.util.EventObject;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The door where a SecurityManager's policy does not know the agent, so that this package may not even make a class
 * loader. What an agent may always do is to redefine classes: a class of java.base, which has all permissions, is for a
 * moment one that defines the agent's classes in java.base, and then again what it was.
 */
final class RetransformedDoor implements ClassFileTransformer {

    private static final String CLASS_FILES = "/inst/hook/";
    private static final int NONCE_BYTES = 16;

    /** In place of a nonce; as long as one. */
    private static final byte[] NO_NONCE = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final Class<?> REPLACED = EventObject.class;
    private static final String REPLACED_NAME = "java/util/EventObject";

    private final byte[] replacement;

    private RetransformedDoor(byte[] replacement) {
        this.replacement = replacement;
    }

    @SuppressWarnings("unchecked") // the class is ours and of the same jar
    static Function<String[], Object> open(Instrumentation instrumentation)
            throws IOException, UnmodifiableClassException {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        Object[] given = {nonce, classFile("TcpHealthLoader"), classFile("TcpHealthDoor")};
        byte[] replacement = classFile("EventObject");
        int at = indexOf(NO_NONCE, replacement);
        System.arraycopy(nonce.getBytes(StandardCharsets.US_ASCII), 0, replacement, at, NO_NONCE.length);
        ClassFileTransformer replacing = new RetransformedDoor(replacement);
        instrumentation.addTransformer(replacing, true);
        try {
            instrumentation.retransformClasses(REPLACED);
            return (Function<String[], Object>) new EventObject(given).getSource();
        } finally {
            instrumentation.removeTransformer(replacing);
            instrumentation.retransformClasses(REPLACED);
        }
    }

    /** Where this jar is: what the class loader says, as only it may say so here. */
    static String jar() throws IOException {
        String url = String.valueOf(RetransformedDoor.class.getResource("RetransformedDoor.class"));
        int end = url.indexOf("!/");
        if (!url.startsWith("jar:file:") || end < 0) {
            throw new IOException("the agent's jar cannot be found: " + url);
        }
        return URI.create(url.substring("jar:".length(), end)).getPath();
    }

    private static byte[] classFile(String name) throws IOException {
        String resource = CLASS_FILES + name + ".bin";
        try (InputStream in = RetransformedDoor.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the agent's jar");
            }
            return in.readAllBytes();
        }
    }

    private static int indexOf(byte[] part, byte[] whole) throws IOException {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(new String(part, StandardCharsets.ISO_8859_1));
        if (at < 0) {
            throw new IOException("this jar is not whole");
        }
        return at;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        // The JVM names the class that is redefined here also with one that is loaded on the way.
        return REPLACED.equals(redefined) && REPLACED_NAME.equals(name) ? replacement.clone() : null;
    }
}
