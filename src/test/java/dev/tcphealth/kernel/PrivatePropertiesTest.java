package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrivatePropertiesTest {

    /** At the beginning of a constant: names of files and of packages go on, and messages go on with a blank. */
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w ./])(jna|jnidispatch)\\.[a-z]");

    /** A constant pool has names as plain text. */
    @Test
    void noPropertyOfJnaKeepsItsName() throws IOException {
        String before = text(classFile());
        assertThat(PROPERTY.matcher(before).find()).isTrue();
        String after = text(PrivateProperties.in(classFile()));
        assertThat(PROPERTY.matcher(after).find()).isFalse();
        assertThat(after).contains(PrivateProperties.PREFIX + "jna.boot.library.path");
    }

    @Test
    void allElseStaysAsItIs() throws IOException {
        byte[] plain = PrivatePropertiesTest.class
                .getResourceAsStream("NativeSockets.class")
                .readAllBytes();
        assertThat(PrivateProperties.in(plain)).isEqualTo(plain);
    }

    @Test
    void whatIsNoClassFileIsRefused() {
        byte[] none = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 61, 0, 2, 99, 0};
        assertThatThrownBy(() -> PrivateProperties.in(none)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> PrivateProperties.in(new byte[9])).isInstanceOf(IOException.class);
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in =
                PrivatePropertiesTest.class.getClassLoader().getResourceAsStream("com/sun/jna/Native.class")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static String text(byte[] classFile) {
        return new String(classFile, StandardCharsets.ISO_8859_1);
    }
}
