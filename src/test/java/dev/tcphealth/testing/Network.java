package dev.tcphealth.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of a test's own, with loopback up. Gone when closed; whoever made it closes it.
 */
public final class Network implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String name = "tcphealth-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();

    /** Makes the namespace. Needs root and iproute2. */
    public Network() throws IOException {
        run("ip", "netns", "add", name);
        run(inside("ip", "link", "set", "lo", "up"));
    }

    /** The command that runs a command in this namespace. */
    public List<String> inside(String... command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(List.of(command));
        return inside;
    }

    /**
     * From now on each TIME_WAIT lasts its minute. Otherwise Linux gives its port out again after a second on loopback;
     * and a reset ends it, which comes of a delayed ACK that crosses the FIN, about once in a hundred idle connections.
     */
    public void keepTimeWait() throws IOException {
        set("net/ipv4/tcp_tw_reuse", "0");
        set("net/ipv4/tcp_rfc1337", "1");
    }

    /**
     * Joins this namespace and another by a pair of interfaces, as if by a cable. Each segment is a packet of its own:
     * otherwise a rule that drops packets would drop up to 64 KB at once.
     */
    public void connect(String address, Network other, String otherAddress) throws IOException {
        run("ip", "link", "add", "cable", "netns", name, "type", "veth", "peer", "name", "cable", "netns", other.name);
        plugIn(address);
        other.plugIn(otherAddress);
    }

    private void plugIn(String address) throws IOException {
        run(inside("ip", "address", "add", address, "dev", "cable"));
        run(inside("ip", "link", "set", "cable", "gso_max_segs", "1", "up"));
    }

    /** Runs nft with one line of its language in this namespace. */
    public void nft(String line) throws IOException {
        run(inside("nft", line));
    }

    /** Writes a setting of this namespace, such as {@code net/ipv4/tcp_tw_reuse}. */
    public void set(String setting, String value) throws IOException {
        run(inside("sh", "-c", "echo '" + value + "' > /proc/sys/" + setting));
    }

    /** How many sockets {@code ss} counts in a state it knows by this name, such as time-wait. */
    public int count(String state) throws IOException {
        String rows = run(inside("ss", "-H", "-tan", "state", state));
        return (int) rows.lines().filter(line -> !line.isBlank()).count();
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "del", name);
    }

    /** Runs a command in this namespace to its end; gives what it printed. */
    public String runInside(String... command) throws IOException {
        return run(inside(command));
    }

    /** Runs a command to its end; an exception with what it printed if it fails. */
    public static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = exitOf(process);
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exit + ": " + output);
        }
        return output;
    }

    private static int exitOf(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a command ran", e);
        }
    }
}
