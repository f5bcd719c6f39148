package dev.tcphealth.config;

import org.jspecify.annotations.Nullable;

/** The option that was meant, where a key is none. */
final class Nearest {
    private static final int MOST_EDITS = 2;
    private static final int LONGEST = 40;

    private Nearest() {}

    /** The one that takes the fewest edits; null where all take many. */
    static @Nullable Option option(String key) {
        Option nearest = null;
        int fewest = Math.min(MOST_EDITS + 1, key.length());
        for (Option option : key.length() > LONGEST ? new Option[0] : Option.values()) {
            int edits = edits(key, option.key());
            if (edits < fewest) {
                nearest = option;
                fewest = edits;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance. */
    private static int edits(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[other.length()];
    }
}
