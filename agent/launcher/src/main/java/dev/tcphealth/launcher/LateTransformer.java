package dev.tcphealth.launcher;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.IllegalClassFormatException;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the place of the weaver until it is there: it knows the names of the classes to weave and no more. A thread that
 * loads one of them before the weaver is ready waits for it, so that no socket is missed; the first sign of network code
 * tells the weaver to begin.
 *
 * <p>No lambda, no stream, no string concatenation here: each would cost a hello-world several milliseconds.
 */
final class LateTransformer implements ClassFileTransformer, Consumer<@Nullable ClassFileTransformer> {

    /** The classes the weaver weaves; a test compares this with its table. */
    static final Set<String> TARGETS = Set.of(
            "sun/nio/ch/Net",
            "sun/nio/ch/NioSocketImpl",
            "sun/nio/ch/SocketChannelImpl",
            "sun/nio/ch/ServerSocketChannelImpl",
            "sun/nio/ch/AsynchronousSocketChannelImpl",
            "sun/nio/ch/UnixAsynchronousSocketChannelImpl",
            "sun/nio/ch/UnixAsynchronousServerSocketChannelImpl",
            "sun/nio/ch/SocketDispatcher",
            "sun/nio/ch/UnixDispatcher");

    /** Whoever loads one of these is about to load the ones above. */
    private static final Set<String> SIGNS = Set.of(
            "java/net/Socket",
            "java/net/ServerSocket",
            "java/net/InetSocketAddress",
            "java/nio/channels/SocketChannel",
            "java/nio/channels/ServerSocketChannel",
            "java/nio/channels/AsynchronousSocketChannel",
            "java/nio/channels/AsynchronousServerSocketChannel");

    /** A weaver that takes longer than this hangs; the class is loaded as it is and woven when the weaver is there. */
    static final long PATIENCE_MILLIS = 10_000;

    private final CountDownLatch sign = new CountDownLatch(1);
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile @Nullable ClassFileTransformer weaver;
    private volatile @Nullable Thread starter;

    /** Waits until network code shows, at most so long. */
    void awaitSign(long millis) throws InterruptedException {
        sign.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Whoever waits for a sign need wait no longer. */
    void hurry() {
        sign.countDown();
    }

    /** Whether one of the classes to weave is among these. */
    static boolean targetLoaded(Class<?>[] loaded) {
        for (Class<?> candidate : loaded) {
            if (candidate.getClassLoader() == null
                    && candidate.getPackageName().equals("sun.nio.ch")
                    && TARGETS.contains(candidate.getName().replace('.', '/'))) {
                return true;
            }
        }
        return false;
    }

    /** This thread makes the weaver and must not wait for it. */
    void startedBy(Thread thread) {
        starter = thread;
    }

    /** From now on this weaves; null if there will be none. Whoever waits goes on. */
    @Override
    public void accept(@Nullable ClassFileTransformer weaver) {
        this.weaver = weaver;
        ready.countDown();
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile)
            throws IllegalClassFormatException {
        if (loader != null || name == null) {
            return null;
        }
        if (TARGETS.contains(name)) {
            sign.countDown();
            return weave(module, name, redefined, domain, classFile);
        }
        if (sign.getCount() > 0 && SIGNS.contains(name)) {
            sign.countDown();
        }
        return null;
    }

    private byte @Nullable [] weave(
            @Nullable Module module,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile)
            throws IllegalClassFormatException {
        if (ready.getCount() > 0 && !Thread.currentThread().equals(starter)) {
            awaitWeaver();
        }
        ClassFileTransformer weaving = weaver;
        return weaving == null ? null : weaving.transform(module, null, name, redefined, domain, classFile);
    }

    /** Waits whether the thread is interrupted or not, and leaves its interrupt status as it was. */
    private void awaitWeaver() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        boolean waiting = true;
        while (waiting) {
            try {
                waiting = !ready.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                        && System.nanoTime() < deadline;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
