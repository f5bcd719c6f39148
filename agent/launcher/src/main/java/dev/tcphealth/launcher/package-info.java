/**
 * Zone 2, the only classes of the agent on the application's class path: the entry points and the class loader that
 * keeps all the rest apart. JDK only. Nothing here may run long, print more than a line, or let an exception out.
 */
@NullMarked
package dev.tcphealth.launcher;

import org.jspecify.annotations.NullMarked;
