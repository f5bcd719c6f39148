/** Tests of the weaver that need no agent. */
@NullMarked
package dev.tcphealth.weaver;

import org.jspecify.annotations.NullMarked;
