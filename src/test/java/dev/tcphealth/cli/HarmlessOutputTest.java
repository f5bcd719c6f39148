package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HarmlessOutputTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private PrintStream stream(Charset charset) {
        return HarmlessOutput.stream(bytes, charset);
    }

    @Test
    void whatAnybodyCanReadIsLeftAsItIs() {
        String text = "Gr\u00f6\u00dfe \u4f60\u597d \ud83d\ude00 e\u0301\nnext line \\u001b\n";
        stream(UTF_8).print(text);
        assertThat(bytes.toString(UTF_8)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, 9, 0xb, 0xd, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x90, 0x9b, 0x9d, 0x9f, 0xad, 0x200b, 0x200e,
                0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff
            })
    void whatMovesATerminalIsMadeVisible(int codePoint) {
        stream(UTF_8).print("a" + (char) codePoint + "b");
        assertThat(bytes.toString(UTF_8)).isEqualTo(String.format("a\\u%04xb", codePoint));
    }

    @Test
    void aboveTheFirstPlaneItIsTwoEscapes() {
        stream(UTF_8).print(Character.toString(0xe0041));
        assertThat(bytes.toString(UTF_8)).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void noHalfCharactersAndNoBytesThatAreNone() {
        stream(UTF_8).print("a\ud800b\udc00c");
        assertThat(bytes.toString(UTF_8)).isEqualTo("a?b?c");
        bytes.reset();
        stream(UTF_8).write(new byte[] {'a', (byte) 0xff, (byte) 0x9b, 'b'}, 0, 4);
        assertThat(bytes.toString(UTF_8)).isEqualTo("a\ufffd\ufffdb");
    }

    @Test
    void whatTheTerminalDoesNotHaveIsMadeVisible() {
        stream(US_ASCII).print("Gr\u00f6\u00dfe\n");
        stream(ISO_8859_1).print("Gr\u00f6\u00dfe \u4f60\n");
        assertThat(bytes.toString(ISO_8859_1)).isEqualTo("Gr\\u00f6\\u00dfe\nGr\u00f6\u00dfe \\u4f60\n");
    }

    @Test
    void charactersMayComeInPieces() {
        PrintStream stream = stream(UTF_8);
        for (byte one : "\u00f6\ud83d\ude00\u001b".getBytes(UTF_8)) {
            stream.write(one);
        }
        String longer = "\u4f60\ud83d\ude00".repeat(10_000);
        stream.print(longer);
        assertThat(bytes.toString(UTF_8)).isEqualTo("\u00f6\ud83d\ude00\\u001b" + longer);
    }

    @Test
    void aClosedReaderIsNoticed() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PrintStream stream = HarmlessOutput.stream(closed, UTF_8);
        assertThat(stream.checkError()).isFalse();
        stream.println("x");
        assertThat(stream.checkError()).isTrue();
    }

    /** Arguments come back in the messages of the parser. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "list \u001b[31mx",
                "report \u001b[31m1",
                "--\u001b[31m",
                "\u001b[31m",
                "attach 1 --timeout \u001b[31m"
            })
    void noMistakeReachesTheTerminal(String line) {
        Cli cli = Cli.run(Path.of("/nowhere/agent.jar"), (Object[]) line.split(" ", -1));
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).doesNotContain("\u001b").contains("\\u001b");
    }
}
