package dev.tcphealth.kernel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Gives JNA's classes system properties of their own: {@code jna.nosys} becomes {@code dev.tcphealth.jna.nosys}. An
 * application may have another version of JNA, which sets and reads the same ones at any time: neither must the agent
 * disturb that one, nor may what was meant for that one be taken by the agent.
 */
final class PrivateProperties {

    static final String PREFIX = "dev.tcphealth.";

    private static final int MAGIC_AND_VERSION = 8;
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;

    private PrivateProperties() {}

    /** The class file with other names of properties in its constant pool (JVMS 4.4). */
    static byte[] in(byte[] classFile) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(classFile.length + 256);
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(in.readNBytes(MAGIC_AND_VERSION));
        int count = in.readUnsignedShort();
        out.writeShort(count);
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            out.writeByte(tag);
            if (tag == UTF8) {
                String text = in.readUTF();
                out.writeUTF(isProperty(text) ? PREFIX + text : text);
            } else {
                out.write(in.readNBytes(length(tag)));
                // These two take two places.
                i += tag == LONG || tag == DOUBLE ? 1 : 0;
            }
        }
        in.transferTo(out);
        return bytes.toByteArray();
    }

    private static boolean isProperty(String text) {
        return text.startsWith("jna.") || text.startsWith("jnidispatch.");
    }

    private static int length(int tag) throws IOException {
        return switch (tag) {
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case LONG, DOUBLE -> 8;
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            default -> throw new IOException("a class file with a constant of kind " + tag);
        };
    }
}
