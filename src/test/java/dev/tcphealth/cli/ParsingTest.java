package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParsingTest {
    private static JavaCommand java(String... words) {
        return JavaCommand.parse(
                Stream.concat(Stream.of("/opt/jdk/bin/java"), Stream.of(words)).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Main a b,                        com.acme.Main",
        "-Xmx1g -cp x.jar com.acme.Main -jar no,   com.acme.Main",
        "-classpath x com.acme.Main,               com.acme.Main",
        "--class-path x com.acme.Main,             com.acme.Main",
        "--class-path=x com.acme.Main,             com.acme.Main",
        "-jar app.jar -m no/no,                    app.jar",
        "-jar -Xmx1g /opt/app.jar,                 /opt/app.jar",
        "-p mods -m acme/com.acme.Main,            acme/com.acme.Main",
        "--module-path mods --module acme,         acme",
        "--module=acme/com.acme.Main x,            acme/com.acme.Main",
        "--add-opens java.base/java.lang=ALL-UNNAMED --add-modules m --add-exports a/b=c --add-reads a=b M, M",
        "--limit-modules m --patch-module a=b --upgrade-module-path p --enable-native-access=x M, M",
        "--enable-native-access x --source 21 Main.java, Main.java",
        "@app.args,                                @app.args",
        "@app.args x,                              @app.args x",
        "-Xrs @a @b -jar app.jar x,                @a @b app.jar",
        "@a -m acme/com.acme.Main,                 @a acme/com.acme.Main",
        "--disable-@files @app.args,               @app.args",
        "@@app.args,                               @app.args",
        "com.acme.Main @app.args,                  com.acme.Main",
        "-version,                                 ?",
        "-m,                                       ?",
        "-cp,                                      ?",
    })
    void findsWhatIsStarted(String words, String main) {
        assertThat(java(words.split(" ", -1)).main()).isEqualTo(main);
    }

    @Test
    void namesOtherLaunchersByTheirProgram() {
        assertThat(JavaCommand.parse(List.of("/opt/jdk/bin/jshell", "-q")).main())
                .isEqualTo("jshell");
        assertThat(JavaCommand.parse(List.of()).main()).isEqualTo("?");
    }

    @Test
    void theLastFlagCounts() {
        JavaCommand command = java("-XX:+A", "-cp", "-XX:+NoOption", "-XX:-A", "-Xrs", "Main", "-XX:+A", "-XX:+B");
        assertThat(command.flag("A")).contains(false);
        assertThat(command.flag("B")).isEmpty();
        assertThat(command.flag("NoOption")).isEmpty();
        assertThat(command.jvmOptions()).contains("-Xrs");
        assertThat(command.with(List.of("-XX:+A"), List.of()).flag("A")).contains(false);
        assertThat(command.with(List.of(), List.of("-XX:+A")).flag("A")).contains(true);
        assertThat(java("@app.args", "-Xrs").jvmOptions()).containsExactly("-Xrs");
    }

    @Test
    void optionWordsQuoteCommentAndContinue() {
        assertThat(OptionWords.words("a 'b c'\t\"d\\\"e\"f#g # comment 'x\n\r\n h\\i"))
                .containsExactly("a", "b c", "d\"ef#g", "h\\i");
        assertThat(OptionWords.words("\"one:\\\n   two\" 'tab\\t' ''")).containsExactly("one:two", "tab\t", "");
        assertThat(OptionWords.words("\"never closed")).containsExactly("never closed");
        assertThat(OptionWords.words("'ends in \\")).containsExactly("ends in \\");
        assertThat(OptionWords.words("# only")).isEmpty();
    }

    @Test
    void statusTellsOwnerNamespacePidAndQuitHandler() {
        List<String> lines = List.of(
                "Name:\tjava: x",
                "State:\tS (sleeping)",
                "Uid:\t1000\t1001\t1002\t1003",
                "NSpid:\t4711\t12\t1",
                "SigBlk:\t0000000000000004",
                "SigIgn:\t0000000000000000",
                "SigCgt:\t2000000181005ccf");
        assertThat(ProcStatus.parse(4711, lines)).isEqualTo(new ProcStatus('S', 1001, 1, true));
    }

    @Test
    void statusOfAnOldKernelOrWithoutHandler() {
        ProcStatus status = ProcStatus.parse(
                7,
                List.of(
                        "State:\tT (stopped)",
                        "Uid:\t0\t0\t0\t0",
                        "SigIgn:\t0000000000000004",
                        "SigCgt:\tffffffffffffffff"));
        assertThat(status).isEqualTo(new ProcStatus('T', 0, 7, false));
        assertThat(status.stopped()).isTrue();
        assertThat(ProcStatus.parse(7, List.of("State:\tZ (zombie)", "Uid:\t0\t0\t0\t0")))
                .matches(ProcStatus::ended)
                .matches(zombie -> !zombie.catchesQuit());
    }

    @Test
    void brokenStatusIsSaid() {
        assertThatThrownBy(() -> ProcStatus.parse(7, List.of("State:\tS", "Name:\tx")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProcStatus.parse(7, List.of("State:\tS", "Uid:\t0\tx\t0\t0")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mapsTellTheLibrary() {
        String java = "7f00-7f01 r-xp 00000000 08:01 42                 /opt/my jdk/lib/server/libjvm.so";
        assertThat(JvmLibrary.parse(Stream.of("55d0-55d1 r--p 00000000 08:01 1 /usr/bin/cat", java, java)))
                .contains(new JvmLibrary("/opt/my jdk/lib/server/libjvm.so", false, false));
        assertThat(JvmLibrary.parse(Stream.of(java + " (deleted)")))
                .contains(new JvmLibrary("/opt/my jdk/lib/server/libjvm.so", true, false));
        assertThat(JvmLibrary.parse(Stream.of(java, "7f00-7f01 r-xp 0 08:01 4 /opt/j9/lib/default/libj9vm29.so")))
                .get()
                .matches(JvmLibrary::openJ9);
        assertThat(JvmLibrary.parse(Stream.of("7f00-7f01 rw-p 00000000 00:00 0 [heap]", "")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"17.0.21.1, 17", "25, 25", "26-ea, 26", "1.8.0_402, 8", "11.0.2, 11", "?, -1", "x.y, -1"})
    void versionsHaveAFeatureRelease(String version, int feature) {
        assertThat(new JdkVersion(version).feature().orElse(-1)).isEqualTo(feature);
    }

    @Test
    void releaseFileTellsTheVersion() {
        assertThat(JdkVersion.parse(
                        List.of("IMPLEMENTOR=\"x\"", "JAVA_VERSION=\"17.0.15\"", "JAVA_VERSION_DATE=\"d\"")))
                .isEqualTo(new JdkVersion("17.0.15"));
        assertThat(JdkVersion.parse(List.of("JAVA_VERSION_DATE=\"d\""))).isEqualTo(JdkVersion.UNKNOWN);
        assertThat(JdkVersion.parse(List.of("JAVA_VERSION=\"\""))).isEqualTo(JdkVersion.UNKNOWN);
    }

    @Test
    void repliesHaveAVerdict() {
        assertThat(AgentReply.parse("", "1f")).isEmpty();
        assertThat(AgentReply.parse("1f", "1f")).isEmpty();
        assertThat(AgentReply.parse("2f\nok\n", "1f")).isEmpty();
        assertThat(AgentReply.parse("1f\nok\n", "1f")).contains(new AgentReply(AgentReply.Verdict.OK, ""));
        assertThat(AgentReply.parse("1f\nrefused\none\ntwo\n", "1f"))
                .contains(new AgentReply(AgentReply.Verdict.REFUSED, "one\ntwo"));
        assertThat(AgentReply.parse("1f\nokay\n", "1f"))
                .get()
                .matches(reply -> reply.verdict() == AgentReply.Verdict.FAILED);
    }
}
