package dev.tcphealth.mbean;

/** Numbers for people: JConsole shows all the digits a double has. */
final class Rounded {
    /** The least there is to tell are hundredths of a percent: 0.01 % is a limit of retransmissions. */
    private static final double PARTS = 10_000;

    private Rounded() {}

    /** To four decimals; NaN stays NaN. */
    static double of(double number) {
        double parts = number * PARTS;
        return Math.abs(parts) < 1e15 ? Math.rint(parts) / PARTS : number;
    }
}
