package com.example.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** As it should be: keeps one connection and uses it for every order. */
final class OrderClient {

    private final Socket connection;
    private final BufferedReader answers;

    OrderClient(InetSocketAddress warehouse) throws IOException {
        connection = new Socket(warehouse.getAddress(), warehouse.getPort());
        answers = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    }

    void place(String article, int price) throws IOException {
        String order = "order " + article + " at " + price + "\n";
        connection.getOutputStream().write(order.getBytes(StandardCharsets.UTF_8));
        if (answers.readLine() == null) {
            throw new IOException("the warehouse has hung up");
        }
    }
}
