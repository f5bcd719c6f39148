@NullMarked
package dev.tcphealth.concurrent;

import org.jspecify.annotations.NullMarked;
