package com.example.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Wastes ports: opens a connection per question and closes it first, so that each spends a minute in TIME_WAIT. */
final class PriceClient {

    private final InetSocketAddress warehouse;

    PriceClient(InetSocketAddress warehouse) {
        this.warehouse = warehouse;
    }

    int priceOf(String article) throws IOException {
        return Integer.parseInt(ask("price " + article));
    }

    private String ask(String question) throws IOException {
        try (Socket socket = new Socket(warehouse.getAddress(), warehouse.getPort())) {
            socket.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
    }
}
