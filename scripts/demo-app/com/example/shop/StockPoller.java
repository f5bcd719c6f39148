package com.example.shop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Leaks descriptors: when the warehouse has hung up it connects again, and never closes the connection it had. */
final class StockPoller {

    private final InetSocketAddress warehouse;
    private final Map<String, Integer> levels = new ConcurrentHashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1024);
    private SocketChannel connection;

    StockPoller(InetSocketAddress warehouse) {
        this.warehouse = warehouse;
    }

    void poll() throws IOException {
        buffer.clear();
        if (connection == null || connection.read(buffer) < 0) {
            connection = SocketChannel.open(warehouse);
            return;
        }
        for (String line : StandardCharsets.UTF_8.decode(buffer.flip()).toString().split("\n")) {
            String[] words = line.split(" ");
            levels.put(words[0], Integer.valueOf(words[1]));
        }
    }
}
