/** What threads share without waiting for each other. May use the JDK alone; anybody may use it. */
@NullMarked
package dev.tcphealth.concurrent;

import org.jspecify.annotations.NullMarked;
