package dev.tcphealth.weaver;

import dev.tcphealth.testing.NativeSocketsContract;
import org.junit.jupiter.api.Test;

/** This JVM refuses native access to everybody who was not given it, which is nobody. */
class ForeignSocketsTest {

    @Test
    void keepsTheContract() throws Exception {
        NativeSocketsContract.check(new ForeignSockets());
    }
}
