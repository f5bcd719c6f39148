package dev.tcphealth.bench;

/** The least that a JVM can be started for, for {@link Startup}. */
public final class HelloApp {

    private HelloApp() {}

    public static void main(String[] arguments) {
        System.out.println("Hello, world!");
    }
}
