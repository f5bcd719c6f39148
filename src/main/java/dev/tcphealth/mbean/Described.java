package dev.tcphealth.mbean;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What an MBean or an operation's parameter is for. jmxutils takes the description of both from the first annotation
 * that has a {@code description()}, and has no such annotation of its own; it must be public to be read.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PARAMETER})
public @interface Described {
    String description();
}
