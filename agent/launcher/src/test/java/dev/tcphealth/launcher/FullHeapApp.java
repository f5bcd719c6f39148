package dev.tcphealth.launcher;

import java.util.ArrayDeque;
import java.util.TreeMap;

/**
 * Fills the heap, and uses sockets while it is full, gives some back, and uses sockets again, so that memory ends at every
 * place of the JDK's and the agent's code on the way; prints what came out of it. Then does as {@link EarlyApp}.
 */
public final class FullHeapApp {

    private static final long NANOS = 5_000_000_000L;
    private static final int SAMPLES = 4;
    private static final int LARGE = 64 * 1024;
    private static final int SMALL = 1024;
    private static final int TINY = 32;

    private FullHeapApp() {}

    public static void main(String[] args) throws Exception {
        EarlyApp.traffic();
        awaitSamples();
        TreeMap<String, Integer> outcomes = new TreeMap<>();
        ArrayDeque<byte[]> hoard = new ArrayDeque<>(1 << 18);
        String done = "done";
        long end = System.nanoTime() + NANOS;
        for (int round = 0; System.nanoTime() < end || outcomes.size() < 2; round++) {
            String outcome = done;
            fill(hoard, round % 2 == 0 ? LARGE : SMALL);
            fill(hoard, SMALL);
            fill(hoard, TINY);
            for (int i = 0; i < 8 * (round % 30); i++) {
                hoard.pollLast();
            }
            try {
                EarlyApp.traffic();
            } catch (Throwable t) {
                outcome = t.getClass().getName();
            }
            for (int i = 0; i < 2000; i++) {
                hoard.pollLast();
            }
            outcomes.merge(outcome, 1, Integer::sum);
        }
        hoard.clear();
        System.out.println(String.join(" ", outcomes.keySet()));
        EarlyApp.main(new String[] {EarlyApp.When.FIRST.name()});
    }

    /**
     * It is not the agent's start that is tried: a class that is initialised while there is no memory never is again. A
     * sample is counted before it is shown, and only the second one has rates.
     */
    private static void awaitSamples() throws Exception {
        String[] names = {"names"};
        String[] samples = {"jmx", "type=Agent", "Samples"};
        while (!SocketApp.mbeans(names).contains("type=Agent")
                || Integer.parseInt(SocketApp.mbeans(samples)) < SAMPLES) {
            Thread.sleep(20);
        }
    }

    private static void fill(ArrayDeque<byte[]> hoard, int size) {
        try {
            while (hoard.size() < (1 << 18) - 1) {
                hoard.add(new byte[size]);
            }
        } catch (OutOfMemoryError e) {
            // it is full
        }
    }
}
