package dev.tcphealth.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of options is what {@link Option} says. */
class ReadmeTest {

    private static final String UPDATE = "tcphealth.readme.update";
    private static final String BEGIN = "<!-- options -->\n";
    private static final String END = "<!-- /options -->\n";

    @Test
    void optionsAreThoseOfTheEnum() throws IOException {
        Path file = readme();
        String readme = Files.readString(file);
        assertThat(readme).as("%s", file).containsOnlyOnce(BEGIN).containsOnlyOnce(END);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(file, readme.substring(0, begin) + table() + readme.substring(end));
            return;
        }
        assertThat(readme.substring(begin, end))
                .as("the options in %s; to write them anew: mvn -pl src test -Dtest=ReadmeTest -D%s=true", file, UPDATE)
                .isEqualTo(table());
    }

    private static String table() {
        StringBuilder table =
                new StringBuilder("| option | default | may be | what it does |\n| --- | --- | --- | --- |\n");
        for (Option option : Option.values()) {
            String defaultValue = option.defaultValue().isEmpty() ? "" : code(option.defaultValue());
            table.append("| ")
                    .append(String.join(" | ", code(option.key()), defaultValue, option.allowed(), option.help()))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String code(String text) {
        return '`' + text + '`';
    }

    /** Tests run in the folder of their module or, in some IDEs, in the one above. */
    private static Path readme() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.of(here, here.resolveSibling(""))
                .map(folder -> folder.resolve("README.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no README.md in " + here + " or above"));
    }
}
