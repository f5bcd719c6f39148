package dev.tcphealth.bench;

import dev.tcphealth.testing.Jdk;
import java.util.ArrayList;
import java.util.List;

/** For {@code scripts/bench churn}: how many connections a second {@link ChurnApp} opens, accepts and closes. */
public final class Churn {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private Churn() {}

    public static void main(String[] arguments) throws Exception {
        SideBySide churn = new SideBySide(ChurnApp.class, arguments);
        for (Jdk jdk : Jdk.all()) {
            churn.measure(jdk, ways(jdk));
        }
    }

    private static List<String> ways(Jdk jdk) {
        List<String> ways = new ArrayList<>();
        for (String by : List.of("socket", "channel")) {
            for (int threads : new int[] {1, 8}) {
                ways.add(by + " " + threads + " platform");
                if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
                    ways.add(by + " " + threads + " virtual");
                }
            }
        }
        return ways;
    }
}
