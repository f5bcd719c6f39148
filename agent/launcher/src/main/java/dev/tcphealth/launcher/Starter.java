package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Brings the agent up: with {@code -javaagent} on a thread of its own, a little after the JVM's own start, as it takes 30 ms
 * of a processor to bring its loader into java.base.
 *
 * <p>Until then Instrumentation is in this object, which the thread refers to and nobody else: java.lang.Thread does not
 * show it.
 */
final class Starter implements Runnable {

    /** The JVM's own start has both processors to itself so long, unless network code shows before. */
    private static final long DELAY_MILLIS = 500;

    /**
     * What this thread asks the application's class loader for, which loads this class. It must not ask: where that loader
     * loads one class at a time, and uses the network for it, the thread would wait for the loader and the loader for the
     * weaver. Whatever a loader has found once, the JVM does not ask it for again.
     */
    @SuppressWarnings("UnusedVariable") // to name them here has the JVM find them when this class is initialised
    private static final List<Class<?>> KNOWN_BEFORE = List.of(
            AutoCloseable.class,
            Boolean.class,
            Class.class,
            ClassFileTransformer.class,
            ClassLoader.class,
            ClassNotFoundException.class,
            Consumer.class,
            Function.class,
            IllegalArgumentException.class,
            IllegalStateException.class,
            InputStream.class,
            IOException.class,
            InterruptedException.class,
            IsolatingLoader.class,
            JarFile.class,
            Object.class,
            Path.class,
            ReflectiveOperationException.class,
            SecurityException.class,
            Thread.class,
            Throwable.class,
            URI.class,
            URISyntaxException.class,
            ZipEntry.class);

    private final Running running;
    private final Object[] given;
    private final boolean atOnce;

    /**
     * Nothing is started yet.
     *
     * @param arguments as the agent's entry takes them
     * @param atOnce without a delay
     */
    Starter(Running running, String arguments, Instrumentation instrumentation, boolean atOnce) {
        this.running = running;
        this.given = new Object[] {arguments, instrumentation, running.place()};
        this.atOnce = atOnce;
    }

    @Override
    public void run() {
        boolean up = false;
        try {
            if (!atOnce) {
                running.place().awaitSign(DELAY_MILLIS);
            }
            Function<@Nullable Object[], Boolean> agent = Launcher.open((Instrumentation) given[1]);
            up = agent.apply(given);
            running.up(up ? agent : null);
        } catch (Throwable t) {
            Launcher.complain("could not start, the application runs without it: " + t);
        } finally {
            if (!up) {
                ((Instrumentation) given[1]).removeTransformer(running.place());
                running.place().accept(null);
            }
        }
    }
}
