package dev.tcphealth.mbean;

/** How the descriptions of scalars end: an attribute cannot be absent, so a value says that it is unknown. */
final class Unknown {

    static final String COUNT = "; -1: unknown";
    static final String NUMBER = "; NaN: unknown";

    private Unknown() {}
}
