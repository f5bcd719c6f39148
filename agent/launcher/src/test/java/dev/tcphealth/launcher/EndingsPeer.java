package dev.tcphealth.launcher;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The other end, which ends connections as it is told, line by line: {@code listen}, {@code accept PORT N} and {@code
 * connect PORT N} make them, {@code send}, {@code close} and {@code reset PORT} do that to all of a port.
 */
public final class EndingsPeer {

    private static final Map<Integer, ServerSocket> SERVERS = new HashMap<>();
    private static final Map<Integer, List<Socket>> SOCKETS = new HashMap<>();

    private EndingsPeer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            try {
                System.out.println(answer(words));
            } catch (IOException | RuntimeException e) {
                System.out.println("error " + e);
            }
        }
    }

    private static String answer(String[] words) throws IOException {
        if (words[0].equals("listen")) {
            ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            SERVERS.put(server.getLocalPort(), server);
            return Integer.toString(server.getLocalPort());
        }
        int port = Integer.parseInt(words[1]);
        List<Socket> sockets = SOCKETS.computeIfAbsent(port, none -> new ArrayList<>());
        switch (words[0]) {
            case "accept" -> {
                for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                    sockets.add(requireNonNull(SERVERS.get(port)).accept());
                }
            }
            case "connect" -> {
                for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                    sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
            }
            case "send" -> {
                for (Socket socket : sockets) {
                    socket.getOutputStream().write(new byte[10]);
                }
            }
            case "close" -> {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            case "reset" -> {
                for (Socket socket : sockets) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "done";
    }
}
