package com.example.soak;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections in a row under an agent that it attaches to itself, and looks whether anything grows and any total
 * differs from the kernel's. See scripts/soak.
 *
 * <p>Arguments: the agent's jar, how many connections, the agent's options.
 */
public final class Soak {

    private static final int ROUNDS = 20;
    /** By then all code is compiled and all tables have their size, at the earliest after so many connections. */
    private static final int FIRST_ROUND_COMPARED = 5;

    private static final long FIRST_CONNECTIONS_COMPARED = 200_000;

    private static final int HELD = 5;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static boolean differs;

    private Soak() {}

    public static void main(String[] arguments) throws Exception {
        String jar = arguments[0];
        long connections = Long.parseLong(arguments[1]);
        Agent.command(jar, "attach", arguments[2]);
        await("the agent is up", Agent::isUp);
        Agent agent = new Agent();
        agent.listen();

        Kernel before = Kernel.read();
        long start = System.nanoTime();
        Size first = null;
        Size last = null;
        long firstConnections = 0;
        long mostOneIn = 1;
        try (Traffic traffic = new Traffic()) {
            for (int round = 1; round <= ROUNDS; round++) {
                long raised = agent.notified("raised");
                traffic.holdCloseWait(HELD);
                traffic.churn(connections / ROUNDS);
                mostOneIn = Math.max(mostOneIn, Agent.number("Agent", "StacksOneIn"));
                // Stacks are thinned out: more are held until one was looked at.
                await("a finding is raised", () -> {
                    if (agent.notified("raised") > raised) {
                        return true;
                    }
                    traffic.holdCloseWait(HELD);
                    return false;
                });
                long cleared = agent.notified("cleared");
                traffic.releaseCloseWait();
                await("a finding is cleared", () -> agent.notified("cleared") > cleared);
                last = Size.read();
                if (first == null && round >= FIRST_ROUND_COMPARED && traffic.made() >= FIRST_CONNECTIONS_COMPARED) {
                    first = last;
                    firstConnections = traffic.made();
                }
                System.out.printf(Locale.ROOT, "%,d connections, %s%n", traffic.made(), last);
            }
            Kernel made = Kernel.read();
            long opened = made.opened() - before.opened();
            long accepted = made.accepted() - before.accepted();
            long wanted = traffic.made();
            result("connections, as the kernel counts", opened == wanted && accepted == wanted, opened + " of " + wanted);
            totals(opened, accepted);
        }
        String grown = last.grownSince(first);
        result(String.format(Locale.ROOT, "no growth since %,d connections", firstConnections), grown.isEmpty(), grown.isEmpty() ? last.toString() : grown);
        long raised = agent.notified("raised");
        long cleared = agent.notified("cleared");
        result("findings", raised >= ROUNDS && cleared >= ROUNDS, raised + " raised, " + cleared + " cleared");
        System.out.println("RESULT throttled to 1 in " + mostOneIn + " at most");
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "RESULT took %.0f s%n", seconds);
        Agent.command(jar, "detach");
        result("detached", !Agent.isUp(), "");
        System.exit(differs ? 1 : 0);
    }

    /** Waits until they are equal: TIME_WAIT runs off while it is read. */
    private static void totals(long opened, long accepted) throws Exception {
        try {
            await("totals", () -> Agent.totals(opened, accepted).values().stream().allMatch(pair -> pair[0] == pair[1]));
        } catch (IOException e) {
            // Shown below.
        }
        for (Map.Entry<String, long[]> total : Agent.totals(opened, accepted).entrySet()) {
            long[] pair = total.getValue();
            result(total.getKey(), pair[0] == pair[1], pair[0] + (pair[0] == pair[1] ? "" : " and not " + pair[1]));
        }
        System.out.println("RESULT dropped events " + Agent.value("Agent", "EventsDropped") + ", forgotten "
                + Agent.value("Agent", "ClosedForgotten"));
    }

    private static void result(String what, boolean good, String told) {
        System.out.println("RESULT " + (good ? "good    " : "DIFFERS ") + what + ": " + told);
        differs |= !good;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("waited in vain until: " + what);
            }
            Thread.sleep(50);
        }
    }
}
