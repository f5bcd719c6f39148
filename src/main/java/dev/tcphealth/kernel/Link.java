package dev.tcphealth.kernel;

/**
 * Speed and duplex of a network interface (/sys/class/net/NAME/speed and duplex, sysfs-class-net).
 *
 * @param megabits speed in 10^6 bits per second, 0 where not known
 * @param fullDuplex whether both directions have that speed each
 */
record Link(long megabits, boolean fullDuplex) {

    static final Link UNKNOWN = new Link(0, false);

    /**
     * As sar's read_if_info: without a duplex of full or half the speed counts for nothing either. A speed of -1 (carrier
     * down, virtual) is unknown here; sar 12.6 would scan it as 4,294,967,295.
     */
    static Link parse(String speed, String duplex) {
        boolean full = duplex.strip().equals("full");
        boolean half = duplex.strip().equals("half");
        long megabits = Words.number(speed.strip());
        // SPEED_UNKNOWN is -1; read through an unsigned int it is this.
        return megabits > 0 && megabits < 0xffffffffL && (full || half) ? new Link(megabits, full) : UNKNOWN;
    }
}
