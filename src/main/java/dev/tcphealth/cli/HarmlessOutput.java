package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tcphealth.text.Harmless;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;

/**
 * What every command prints goes through here: names, arguments, reports and answers come from other processes, and may
 * hold escape sequences for the terminal of whoever runs the command. All but line feeds is made visible, and so is what
 * the terminal's charset does not have.
 */
final class HarmlessOutput extends OutputStream {
    private final OutputStream to;
    private final Charset charset;
    private final CharsetEncoder encoder;
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    /** Bytes whose character is not complete yet, and those of the write under way. */
    private final ByteBuffer bytes = ByteBuffer.allocate(8192);

    private final CharBuffer chars = CharBuffer.allocate(8192);

    private HarmlessOutput(OutputStream to, Charset charset) {
        this.to = to;
        this.charset = charset.canEncode() ? charset : UTF_8;
        this.encoder = this.charset.newEncoder();
    }

    /** A stream for characters, of which those arrive at the other in this charset that harm nobody. */
    static PrintStream stream(OutputStream to, Charset charset) {
        return new PrintStream(new HarmlessOutput(to, charset), true, UTF_8);
    }

    /** The charset of the terminal, which is not the JVM's default charset since JDK 18. */
    static Charset terminalCharset() {
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
            try {
                String name = System.getProperty(property, "");
                if (!name.isEmpty()) {
                    return Charset.forName(name);
                }
            } catch (IllegalArgumentException e) {
                // the next one
            }
        }
        return Charset.defaultCharset();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int part = Math.min(bytes.remaining(), offset + length - at);
            bytes.put(from, at, part);
            at += part;
            bytes.flip();
            decoder.decode(bytes, chars, false); // a char at most for each byte: never too many
            bytes.compact();
            chars.flip();
            byte[] harmless = harmless(chars).getBytes(charset);
            chars.clear();
            to.write(harmless, 0, harmless.length);
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    private String harmless(CharSequence text) {
        StringBuilder harmless = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || (Harmless.isHarmless(c) && encoder.canEncode(Character.toString(c)))) {
                harmless.appendCodePoint(c);
            } else {
                Harmless.escape(c, harmless);
            }
        });
        return harmless.toString();
    }
}
