package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.UsageStats;
import java.util.Comparator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds who is to be named. */
final class Usages {

    private Usages() {}

    /** The code path with the most of something among those that use a destination; null where none has any. */
    static @Nullable UsageStats most(DestinationStats to, ToLongFunction<UsageStats> of) {
        return to.usages().stream()
                .filter(usage -> usage.captured() && of.applyAsLong(usage) > 0)
                .max(Comparator.comparingLong(of))
                .orElse(null);
    }

    /** The destination of which a code path has the most of something; empty where it has none. */
    static String mostOf(int codePath, Snapshot snapshot, ToLongFunction<UsageStats> of) {
        String name = "";
        long most = 0;
        for (DestinationStats to : snapshot.destinations()) {
            for (UsageStats usage : to.usages()) {
                if (usage.codePath() == codePath && of.applyAsLong(usage) > most) {
                    most = of.applyAsLong(usage);
                    name = to.name();
                }
            }
        }
        return name;
    }
}
