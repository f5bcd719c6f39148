package dev.tcphealth.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Values of one thing, measured again and again. */
final class Measured {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    double median() {
        return quantile(0.5);
    }

    /** Half the distance between the quartiles, as a share of the median: half of all values lie within it. */
    double spread() {
        return (quantile(0.75) - quantile(0.25)) / 2 / median();
    }

    /** The median of the ratios to what was measured in the same rounds. */
    double ratioTo(Measured others) {
        Measured ratios = new Measured();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / others.values.get(i));
        }
        return ratios.median();
    }

    /** The median of the differences to what was measured in the same rounds. */
    double minus(Measured others) {
        Measured differences = new Measured();
        for (int i = 0; i < values.size(); i++) {
            differences.add(values.get(i) - others.values.get(i));
        }
        return differences.median();
    }

    private double quantile(double share) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        double at = share * (sorted.size() - 1);
        int below = (int) at;
        double next = sorted.get(Math.min(below + 1, sorted.size() - 1));
        return sorted.get(below) + (at - below) * (next - sorted.get(below));
    }
}
