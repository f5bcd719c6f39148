/** The core, put together. Uses every package below but {@code cli}; used by the weaver alone. */
@NullMarked
package dev.tcphealth;

import org.jspecify.annotations.NullMarked;
