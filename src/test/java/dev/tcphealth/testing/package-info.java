/** What the tests of several modules share: the JDKs of this machine, child processes, network namespaces. */
@NullMarked
package dev.tcphealth.testing;

import org.jspecify.annotations.NullMarked;
