package dev.tcphealth.launcher;

import java.util.TreeMap;

/**
 * Uses sockets at every depth near the end of a small stack, so that it overflows at every place of the JDK's and the
 * agent's code on the way; prints what came out of it. Then does as {@link EarlyApp}.
 */
public final class DeepApp {

    private static final int LAST_FRAMES = 150;

    /** So many overflows one after the other: from there on it does. */
    private static final int OVERFLOWS = 50;

    private static final long STACK_BYTES = 180 * 1024;

    private static final TreeMap<String, Integer> OUTCOMES = new TreeMap<>();
    private static int deepest;

    private DeepApp() {}

    public static void main(String[] args) throws Exception {
        EarlyApp.traffic();
        for (int i = 0; i < 2; i++) {
            Thread deep = new Thread(null, DeepApp::overflow, "deep", STACK_BYTES);
            deep.start();
            deep.join();
        }
        System.out.println(String.join(" ", OUTCOMES.keySet()));
        EarlyApp.main(new String[] {EarlyApp.When.FIRST.name()});
    }

    private static void overflow() {
        try {
            descend(0);
        } catch (StackOverflowError e) {
            // now it is known how deep it is
        }
        // Compiled frames are smaller than those that were measured, so the end of the stack is where it is met.
        int overflowed = 0;
        for (int depth = Math.max(0, deepest - LAST_FRAMES); overflowed < OVERFLOWS; depth++) {
            String outcome;
            try {
                useSocketsAt(depth);
                outcome = "done";
            } catch (Throwable t) {
                outcome = t.getClass().getName();
            }
            overflowed = outcome.equals(StackOverflowError.class.getName()) ? overflowed + 1 : 0;
            OUTCOMES.merge(outcome, 1, Integer::sum);
        }
    }

    private static void descend(int depth) {
        deepest = depth;
        if (depth < Integer.MAX_VALUE) {
            descend(depth + 1);
        }
    }

    private static void useSocketsAt(int depth) throws Exception {
        if (depth > 0) {
            useSocketsAt(depth - 1);
        } else {
            EarlyApp.traffic();
        }
    }
}
