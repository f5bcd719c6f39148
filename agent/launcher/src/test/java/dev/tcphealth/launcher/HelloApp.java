package dev.tcphealth.launcher;

/** Says hello, and opens no socket. */
public final class HelloApp {

    static final String HELLO = "hello";

    private HelloApp() {}

    public static void main(String[] args) {
        System.out.println(HELLO);
    }
}
