package dev.tcphealth.health;

/** How bad a finding is, the least first. */
public enum Severity {
    /** Something will go wrong, or costs more than it should. */
    WARNING,

    /** Something goes wrong now, or will within minutes. */
    CRITICAL
}
