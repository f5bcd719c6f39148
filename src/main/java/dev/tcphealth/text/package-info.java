/**
 * Values as plain text for people, the same in every locale and harmless to a terminal. Uses the JDK alone; everything
 * that writes for people may use it.
 */
@NullMarked
package dev.tcphealth.text;

import org.jspecify.annotations.NullMarked;
