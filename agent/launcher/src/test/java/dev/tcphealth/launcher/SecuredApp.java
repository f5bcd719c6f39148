package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An application with a SecurityManager, of the command line or, told {@code secure}, its own. */
public final class SecuredApp {

    private SecuredApp() {}

    public static void main(String[] args) throws Exception {
        Dialogue.with(words -> switch (words[0]) {
            case "secure" -> secure();
            case "traffic" -> traffic();
            default -> SocketApp.mbeans(words);
        });
    }

    @SuppressWarnings("removal")
    private static String secure() {
        System.setSecurityManager(new SecurityManager());
        return "done";
    }

    private static String traffic() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            socket.getOutputStream().write(1);
            return accepted.getInputStream().read() == 1 ? "done" : "end of stream";
        }
    }
}
