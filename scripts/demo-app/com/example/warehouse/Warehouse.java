package com.example.warehouse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The peer of the shop: answers questions for prices, tells stock levels, takes orders; one port each. */
public final class Warehouse {

    private interface Conversation {
        void with(BufferedReader in, OutputStream out) throws IOException;
    }

    private final ExecutorService workers = Executors.newCachedThreadPool();

    /** Prints the three ports. */
    public static void main(String[] args) throws IOException {
        Warehouse warehouse = new Warehouse();
        int prices = warehouse.serve(Warehouse::answerUntilHungUp);
        int stock = warehouse.serve(Warehouse::tellStockLevelAndHangUp);
        int orders = warehouse.serve(Warehouse::answerUntilHungUp);
        System.out.println(prices + " " + stock + " " + orders);
    }

    private int serve(Conversation conversation) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        workers.execute(() -> accept(listener, conversation));
        return listener.getLocalPort();
    }

    private void accept(ServerSocket listener, Conversation conversation) {
        try {
            while (true) {
                Socket customer = listener.accept();
                workers.execute(() -> talk(customer, conversation));
            }
        } catch (IOException e) {
            System.err.println("no longer accepting: " + e);
        }
    }

    private static void talk(Socket customer, Conversation conversation) {
        try (customer) {
            InputStreamReader in = new InputStreamReader(customer.getInputStream(), StandardCharsets.UTF_8);
            conversation.with(new BufferedReader(in), customer.getOutputStream());
        } catch (IOException e) {
            System.err.println("lost a customer: " + e);
        }
    }

    private static void answerUntilHungUp(BufferedReader in, OutputStream out) throws IOException {
        for (String question = in.readLine(); question != null; question = in.readLine()) {
            out.write((question.length() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void tellStockLevelAndHangUp(BufferedReader in, OutputStream out) throws IOException {
        out.write("teapot 12\n".getBytes(StandardCharsets.UTF_8));
    }
}
