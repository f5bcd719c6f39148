package com.example.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;

/** How large the JVM is when nothing is going on: after collections, in kilobytes and numbers. */
record Size(long heap, long metaspace, long threads, long descriptors, long resident) {

    /** What two readings of one JVM differ by without any growth. */
    private static final long HEAP_SPREAD = 1024;

    private static final long METASPACE_SPREAD = 512;

    static Size read() throws IOException, InterruptedException {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(200);
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024);
        }
        long metaspace = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (List.of("Metaspace", "Compressed Class Space").contains(pool.getName())) {
                metaspace += pool.getUsage().getUsed() / 1024;
            }
        }
        return new Size(
                heap,
                metaspace,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                Kernel.descriptors(),
                Kernel.residentKilobytes());
    }

    /** What has grown since; nothing if nothing has. */
    String grownSince(Size before) {
        StringBuilder grown = new StringBuilder();
        compare(grown, "heap", before.heap, heap, HEAP_SPREAD);
        compare(grown, "metaspace", before.metaspace, metaspace, METASPACE_SPREAD);
        compare(grown, "threads", before.threads, threads, 0);
        compare(grown, "descriptors", before.descriptors, descriptors, 0);
        return grown.toString();
    }

    private static void compare(StringBuilder grown, String what, long before, long now, long spread) {
        if (now > before + spread) {
            grown.append(what).append(" from ").append(before).append(" to ").append(now).append("; ");
        }
    }

    @Override
    public String toString() {
        return "heap " + heap + " kB, metaspace " + metaspace + " kB, threads " + threads + ", descriptors "
                + descriptors + ", resident " + resident + " kB";
    }
}
