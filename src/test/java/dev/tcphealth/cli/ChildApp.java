package dev.tcphealth.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** What the child JVMs of the tests run: says that it is up, and lives until its standard input ends. */
public final class ChildApp {
    private ChildApp() {}

    public static void main(String[] args) throws IOException {
        for (String name : args) {
            Thread thread = new Thread(ChildApp::waitForEver, name);
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // nothing to do with it
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
