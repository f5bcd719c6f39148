package com.example.shop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A small shop that talks to a warehouse in three ways: one wastes ports, one leaks descriptors, one is fine. */
public final class Shop {

    private interface Task {
        void run() throws IOException;
    }

    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(3);

    /** Takes the warehouse's ports for prices, stock and orders. */
    public static void main(String[] args) throws IOException {
        Shop shop = new Shop();
        Checkout checkout = new Checkout(new PriceClient(warehouse(args[0])), new OrderClient(warehouse(args[2])));
        StockPoller stock = new StockPoller(warehouse(args[1]));
        shop.every(20, checkout::placeNextOrder);
        shop.every(200, stock::poll);
    }

    private static InetSocketAddress warehouse(String port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private void every(long millis, Task task) {
        workers.scheduleAtFixedRate(() -> runOnce(task), 0, millis, TimeUnit.MILLISECONDS);
    }

    private static void runOnce(Task task) {
        try {
            task.run();
        } catch (IOException | RuntimeException e) {
            System.err.println("will be tried again: " + e);
        }
    }
}
