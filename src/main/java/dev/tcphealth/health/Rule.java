package dev.tcphealth.health;

/**
 * Judges one kind of problem. May keep what it needs of earlier Snapshots; is shown every one of them, on one thread.
 */
interface Rule {

    /** Short and stable: it is part of what programs see. */
    String name();

    void judge(Sight sight, Verdicts verdicts);
}
