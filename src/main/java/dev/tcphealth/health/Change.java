package dev.tcphealth.health;

/**
 * A finding that has come, changed or gone with a sample.
 *
 * @param kind what happened to it
 * @param finding as it is now; for a cleared one, as it was last
 */
public record Change(Kind kind, Finding finding) {

    /** What may happen to a finding. */
    public enum Kind {
        RAISED,
        /** It was a warning and is critical now. */
        ESCALATED,
        /** It was critical and is a warning now. */
        EASED,
        CLEARED
    }
}
