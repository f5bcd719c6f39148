package dev.tcphealth.health;

/**
 * When something that is limited will run out.
 *
 * @param what {@code ports to 10.0.0.5:8080}, {@code descriptors}, {@code tcp_max_tw_buckets}
 * @param destination the destination's name for ports, else empty
 * @param used how many are in use now; what could be used again at once is not counted
 * @param limit how many there are
 * @param perSecond by how many a second the use has risen over the last five minutes; negative where it has fallen; NaN
 *     before there are five minutes to look back on
 * @param secondsLeft until none is left if it goes on like this; infinite if it never comes to that, where there are not
 *     five minutes to look back on, and where less than 5 % is used and more than a day is left
 * @param secondsLeftOfLate for ports: the same by the last half minute, whatever is used; else infinite
 * @param connectionsPerSecond for ports: connections per second now; else NaN
 * @param sustainablePerSecond for ports: the most connections per second that can go on for ever with the present
 *     settings and the connections' present lifetime; NaN where none has ended, and for all but ports
 */
public record Forecast(
        String what,
        String destination,
        long used,
        long limit,
        double perSecond,
        double secondsLeft,
        double secondsLeftOfLate,
        double connectionsPerSecond,
        double sustainablePerSecond) {

    /** Percent of the limit in use. */
    public double usedPercent() {
        return limit <= 0 ? Double.NaN : 100.0 * used / limit;
    }
}
