package dev.tcphealth.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Files captured in a network namespace on Linux 6.18, and ways to spoil a file. */
final class Captured {

    static final String SNMP = text("net-snmp");
    static final String NETSTAT = text("net-netstat");
    static final String DEV = text("net-dev");
    static final String SOCKSTAT = text("net-sockstat");
    static final String SOCKSTAT6 = text("net-sockstat6");
    static final String TCP = text("net-tcp");
    static final String TCP6 = text("net-tcp6");
    static final String LIMITS = text("limits");

    private Captured() {}

    /** Overwrites, removes or inserts a few bytes; some of them digits, blanks and newlines, which do the most harm. */
    static String garbled(String text, Random random) {
        StringBuilder garbled = new StringBuilder(text);
        String harmful = "0123456789 \n\t:|-,";
        for (int i = random.nextInt(1, 20); i > 0; i--) {
            int at = random.nextInt(garbled.length());
            char c = random.nextBoolean()
                    ? harmful.charAt(random.nextInt(harmful.length()))
                    : (char) random.nextInt(256);
            switch (random.nextInt(3)) {
                case 0 -> garbled.setCharAt(at, c);
                case 1 -> garbled.deleteCharAt(at);
                default -> garbled.insert(at, c);
            }
        }
        return garbled.toString();
    }

    private static String text(String name) {
        try (InputStream in = Captured.class.getResourceAsStream("linux-6.18/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
