package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StackTextTest {

    private static final StackTraceElement HOOK = jdk("sun.nio.ch.TcpHealthHook", "opened");
    private static final StackTraceElement WEAVER = app("dev.tcphealth.weaver.HookSink", "onOpened");
    private static final StackTraceElement TRACKER = app("dev.tcphealth.connection.ConnectionTracker", "opened");
    private static final StackTraceElement CONNECT = jdk("sun.nio.ch.NioSocketImpl", "connect");
    private static final StackTraceElement SOCKET = jdk("java.net.Socket", "connect");
    private static final StackTraceElement HTTP =
            new StackTraceElement(null, "java.net.http", "25", "jdk.internal.net.http.Exchange", "send", "E.java", 3);
    private static final StackTraceElement NETTY = app("io.netty.channel.Channel", "connect");
    private static final StackTraceElement SPRING = app("org.springframework.web.Rest", "get");
    private static final StackTraceElement SHOP = app("com.example.Shop", "buy");
    private static final StackTraceElement MAIN = app("com.example.Main", "main");
    private static final StackTraceElement THREAD = jdk("java.lang.Thread", "run");

    @Test
    void keepsWhatIsBelowTheAgentsAndTheJdksFrames() {
        assertThat(frames(32, TRACKER, WEAVER, HOOK, CONNECT, SOCKET, HTTP, NETTY, SOCKET, SHOP, THREAD))
                .containsExactly(
                        "io.netty.channel.Channel.connect(F.java:7)",
                        "java.net.Socket.connect(F.java:7)",
                        "com.example.Shop.buy(F.java:7)",
                        "java.lang.Thread.run(F.java:7)");
        assertThat(frames(2, TRACKER, CONNECT, NETTY, SOCKET, SHOP)).hasSize(2);
    }

    @Test
    void keepsTheJdksFramesWhereThereAreNoOthers() {
        assertThat(frames(32, TRACKER, WEAVER, HOOK, CONNECT, SOCKET, THREAD))
                .containsExactly(
                        "sun.nio.ch.NioSocketImpl.connect(F.java:7)",
                        "java.net.Socket.connect(F.java:7)",
                        "java.lang.Thread.run(F.java:7)");
        assertThat(frames(2, TRACKER, CONNECT, SOCKET, THREAD)).hasSize(2);
        assertThat(frames(2, TRACKER)).isEmpty();
        assertThat(frames(2)).isEmpty();
    }

    @Test
    void theAgentsFramesFurtherDownAreKept() {
        assertThat(frames(32, TRACKER, SHOP, TRACKER)).hasSize(2);
    }

    @Test
    void isNamedAfterTheFirstFrameThatIsTheApplications() {
        assertThat(name(List.of(), TRACKER, CONNECT, NETTY, SPRING, SHOP, MAIN))
                .isEqualTo("com.example.Shop.buy(F.java:7)");
        assertThat(name(List.of("com.example.Main"), TRACKER, CONNECT, NETTY, SHOP, MAIN))
                .isEqualTo("com.example.Main.main(F.java:7)");
        assertThat(name(List.of("org.none.", "io.netty."), TRACKER, NETTY, SHOP))
                .startsWith("io.netty.");
        assertThat(name(List.of("org.none."), TRACKER, NETTY, SHOP)).startsWith("com.example.Shop");
    }

    @Test
    void isNamedAfterALibraryOnlyWhereThereIsNothingElse() {
        assertThat(name(List.of(), TRACKER, SOCKET, NETTY, SPRING, THREAD)).startsWith("io.netty.");
    }

    @Test
    void isNamedByTheJdkOnlyWhereThereIsNothingElse() {
        assertThat(name(List.of(), TRACKER, CONNECT, SOCKET, HTTP, THREAD))
                .isEqualTo("jdk.internal.net.http.Exchange.send(E.java:3)");
        assertThat(name(List.of(), TRACKER, CONNECT, SOCKET)).isEqualTo("java.net.Socket.connect(F.java:7)");
        assertThat(name(List.of(), TRACKER)).isEqualTo("(no stack)");
        assertThat(name(List.of())).isEqualTo("(no stack)");
    }

    @Test
    void onlyFramesThatAreKeptGiveTheName() {
        assertThat(StackText.name(List.of(TRACKER, NETTY, SPRING, SHOP), 2, List.of("com.example.")))
                .startsWith("io.netty.");
    }

    /** An application's module is no reason to take it for the JDK, nor is a class that the application put in javax. */
    @Test
    void tellsTheJdkByItsModules() {
        StackTraceElement modular =
                new StackTraceElement("app", "com.example.shop", "1", "com.example.Modular", "run", "F.java", 7);
        assertThat(frames(9, TRACKER, modular)).hasSize(1);
        assertThat(name(List.of(), TRACKER, app("javax.mail.Transport", "send"), modular))
                .startsWith("com.example.Modular");
        assertThat(frames(9, TRACKER, app("java.lang.Impostor", "run"), SHOP)).hasSize(2);
    }

    @Test
    void decidedByAllOfTheJdksOwnStackAndByTheFramesKeptOfOthers() {
        assertThat(StackText.decisiveFrames(List.of(TRACKER, CONNECT, SOCKET, THREAD), 1))
                .isEqualTo(4);
        assertThat(StackText.decisiveFrames(List.of(TRACKER, CONNECT, SHOP, MAIN, THREAD), 1))
                .isEqualTo(3);
        assertThat(StackText.decisiveFrames(List.of(TRACKER, CONNECT, SHOP, MAIN, THREAD), 99))
                .isEqualTo(5);
        assertThat(StackText.decisiveFrames(List.of(), 1)).isZero();
    }

    @Test
    void saysWhereAFrameIs() {
        assertThat(text("F.java", 7)).isEqualTo("com.example.Shop$1.<init>(F.java:7)");
        assertThat(text("F.java", 0)).isEqualTo("com.example.Shop$1.<init>(F.java:0)");
        assertThat(text("F.java", -1)).isEqualTo("com.example.Shop$1.<init>(F.java)");
        assertThat(text("F.java", -2)).isEqualTo("com.example.Shop$1.<init>(Native Method)");
        assertThat(text(null, 7)).isEqualTo("com.example.Shop$1.<init>(Unknown Source)");
        assertThat(text(null, -2)).isEqualTo("com.example.Shop$1.<init>(Native Method)");
    }

    private static String text(@Nullable String file, int line) {
        return StackText.text(new StackTraceElement("com.example.Shop$1", "<init>", file, line));
    }

    private static List<String> frames(int depth, StackTraceElement... stack) {
        return StackText.frames(List.of(stack), depth);
    }

    private static String name(List<String> app, StackTraceElement... stack) {
        return StackText.name(new ArrayList<>(List.of(stack)), 32, app);
    }

    private static StackTraceElement jdk(String type, String method) {
        return new StackTraceElement(null, "java.base", "25", type, method, "F.java", 7);
    }

    private static StackTraceElement app(String type, String method) {
        return new StackTraceElement(type, method, "F.java", 7);
    }
}
