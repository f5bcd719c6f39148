package dev.tcphealth.launcher;

import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * An application that tries, with what Java gives to any class, to get at what the agent has and it has not. Answers
 * {@code pry} with what it got, {@code ids} with how often its threads were asked for their ids, {@code properties} with
 * the system properties of JNA.
 */
public final class PryingApp {

    private static final List<String> ZONE_2 =
            List.of("Main", "Launcher", "IsolatingLoader", "LastRecord", "RetransformedDoor");

    private static final List<String> IN_JAVA_BASE = List.of("sun.nio.ch", "jdk.internal.vm", "jdk.internal.misc");

    private static final AtomicInteger IDS = new AtomicInteger();

    private final Set<String> got = new TreeSet<>();
    private final Set<ClassLoader> loaders = Collections.newSetFromMap(new IdentityHashMap<>());

    private PryingApp() {}

    public static void main(String[] args) throws Exception {
        Dialogue.with(words -> switch (words[0]) {
            case "traffic" -> traffic();
            case "pry" -> new PryingApp().pry();
            case "ids" -> Integer.toString(IDS.get());
            case "properties" -> properties();
            default -> SocketApp.mbeans(words);
        });
    }

    private static String properties() {
        Set<String> names = new TreeSet<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.contains("jna") || name.contains("jnidispatch")) {
                names.add(name + "=" + System.getProperty(name));
            }
        }
        return names.toString();
    }

    /** On a thread that does not like to be asked for its id. */
    private static String traffic() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        Thread thread = new Thread("no id") {
            @Override
            @SuppressWarnings("deprecation") // threadId() is there since JDK 19
            public long getId() {
                IDS.incrementAndGet();
                throw new IllegalStateException("nobody asks for this id");
            }

            @Override
            public void run() {
                try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                        Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    socket.getOutputStream().write(1);
                    accepted.getInputStream().read();
                } catch (Exception e) {
                    failures.add(e);
                }
            }
        };
        thread.start();
        thread.join();
        return failures.isEmpty() ? "done" : failures.toString();
    }

    private String pry() throws Exception {
        walkFromTheLauncher();
        Thread[] threads = new Thread[2 * Thread.activeCount() + 64];
        int count = rootGroup().enumerate(threads);
        for (int i = 0; i < count; i++) {
            note(threads[i].getContextClassLoader());
            note(threads[i].getClass().getClassLoader());
        }
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            note(server.getClassLoaderFor(name));
        }
        for (String name : IN_JAVA_BASE) {
            Module base = Object.class.getModule();
            if (base.isOpen(name, PryingApp.class.getModule()) || base.isExported(name, PryingApp.class.getModule())) {
                got.add("java.base/" + name);
            }
        }
        loaders.forEach(this::pryInto);
        return loaders.size() + " loaders, got " + got;
    }

    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    private void note(@Nullable ClassLoader loader) {
        if (loader != null
                && !loader.equals(ClassLoader.getSystemClassLoader())
                && !loader.equals(ClassLoader.getPlatformClassLoader())) {
            loaders.add(loader);
        }
    }

    /** Whatever can be reached by reflection from the static fields of the launcher's classes. */
    private void walkFromTheLauncher() throws Exception {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>();
        for (String name : ZONE_2) {
            left.add(Class.forName("dev.tcphealth.launcher." + name));
        }
        while (!left.isEmpty()) {
            Object next = left.remove();
            if (!seen.add(next)) {
                continue;
            }
            note(next.getClass().getClassLoader());
            if (next instanceof Instrumentation) {
                got.add("Instrumentation");
            }
            boolean ours = next instanceof Class<?> type && type.getName().startsWith("dev.tcphealth.launcher.");
            for (Class<?> type = ours ? (Class<?>) next : next.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers()) == ours && open(field)) {
                        add(left, field.get(ours ? null : next));
                    }
                }
            }
            if (next instanceof Object[] array) {
                for (int i = 0; i < array.length; i++) {
                    add(left, Array.get(array, i));
                }
            }
        }
    }

    private static void add(Deque<Object> left, @Nullable Object found) {
        if (found != null && !(found instanceof Class<?>)) {
            left.add(found);
        }
    }

    private static boolean open(AccessibleObject object) {
        try {
            object.setAccessible(true);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void pryInto(ClassLoader loader) {
        attempt("JNA by " + loader, () -> call(loader, "com.sun.jna.Native", "getNativeSize", Class.class, long.class));
        attempt(
                "memory by " + loader,
                () -> call(loader, "sun.nio.ch.TcpHealthMemory", "symbol", String.class, "malloc"));
        attempt("the hook by " + loader, () -> call(loader, "dev.tcphealth.weaver.HookSink", "silence"));
        for (String name : List.of(
                "dev.tcphealth.weaver.HookMemory",
                "dev.tcphealth.weaver.AgentEntry",
                "dev.tcphealth.weaver.DoorMaker")) {
            attempt(name, () -> loader.loadClass(name).getConstructor().newInstance());
            attempt(name + " opened", () -> {
                AccessibleObject constructor = loader.loadClass(name).getDeclaredConstructors()[0];
                constructor.setAccessible(true);
                return constructor;
            });
        }
        for (String name :
                List.of("dev.tcphealth.TcpHealth", "com.sun.jna.Native", "dev.tcphealth.kernel.JnaSockets")) {
            attempt(
                    "a lookup in " + name,
                    () -> MethodHandles.privateLookupIn(loader.loadClass(name), MethodHandles.lookup()));
            attempt("exports of " + name, () -> exports(loader.loadClass(name)));
        }
        for (Class<?> type = loader.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (!Modifier.isPublic(method.getModifiers()) && open(method)) {
                    got.add(method.toString());
                }
            }
        }
        attempt("a class of its own by " + loader, () -> {
            Method define = ClassLoader.class.getDeclaredMethod(
                    "defineClass", String.class, byte[].class, int.class, int.class);
            define.setAccessible(true);
            try (InputStream in = PryingApp.class.getResourceAsStream("HelloApp.class")) {
                byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
                return define.invoke(loader, null, bytes, 0, bytes.length);
            }
        });
        for (Class<?> service : List.of(BiFunction.class, Function.class, Runnable.class)) {
            ServiceLoader.load(service, loader).forEach(found -> got.add("the service " + found));
        }
    }

    private static Object call(ClassLoader loader, String type, String method) throws Exception {
        return String.valueOf(loader.loadClass(type).getMethod(method).invoke(null));
    }

    private static Object call(ClassLoader loader, String type, String method, Class<?> parameter, Object argument)
            throws Exception {
        return String.valueOf(
                loader.loadClass(type).getMethod(method, parameter).invoke(null, argument));
    }

    private static String exports(Class<?> type) throws IllegalAccessException {
        Module module = type.getModule();
        for (String name : module.isNamed() ? module.getPackages() : Set.of(type.getPackageName())) {
            if (module.isExported(name, PryingApp.class.getModule())
                    || module.isOpen(name, PryingApp.class.getModule())) {
                return name;
            }
        }
        throw new IllegalAccessException("nothing is exported");
    }

    private void attempt(String what, Callable<Object> attempt) {
        try {
            attempt.call();
            got.add(what);
        } catch (Exception | LinkageError e) {
            // as it should be
        }
    }
}
