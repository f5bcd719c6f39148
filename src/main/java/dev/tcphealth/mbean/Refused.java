package dev.tcphealth.mbean;

import javax.management.MBeanException;

/** Says no to a JMX client in a JDK type and in words: jmxutils lets an MBeanException pass and wraps all others. */
final class Refused {

    private Refused() {}

    static MBeanException because(String why) {
        return new MBeanException(new IllegalArgumentException(why), why);
    }
}
