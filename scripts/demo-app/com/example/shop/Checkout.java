package com.example.shop;

import java.io.IOException;
import java.util.List;

/** Sells what is in one basket after the other. */
final class Checkout {

    private static final List<String> BASKETS = List.of("teapot", "cup", "sugar bowl");

    private final PriceClient prices;
    private final OrderClient orders;
    private int placed;

    Checkout(PriceClient prices, OrderClient orders) {
        this.prices = prices;
        this.orders = orders;
    }

    void placeNextOrder() throws IOException {
        String article = BASKETS.get(placed++ % BASKETS.size());
        int price = prices.priceOf(article);
        orders.place(article, price);
    }
}
