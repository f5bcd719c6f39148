package dev.tcphealth.connection;

import java.util.ArrayList;
import java.util.List;

/** Turns a stack into what a code path keeps of it. Pure functions. */
final class StackText {

    /**
     * Libraries whose frames are on the stack of every user of theirs: the line a person looks for is the one that
     * called them.
     */
    private static final List<String> LIBRARIES = List.of(
            "io.netty.",
            "io.grpc.",
            "io.lettuce.",
            "io.vertx.",
            "io.undertow.",
            "io.micrometer.",
            "okhttp3.",
            "okio.",
            "retrofit2.",
            "kotlin.",
            "kotlinx.",
            "scala.",
            "akka.",
            "groovy.",
            "reactor.",
            "rx.",
            "redis.clients.",
            "com.mysql.",
            "com.mongodb.",
            "com.rabbitmq.",
            "com.zaxxer.hikari.",
            "com.google.common.",
            "com.google.api.client.",
            "com.fasterxml.",
            "com.amazonaws.",
            "com.datastax.",
            "software.amazon.awssdk.",
            "oracle.jdbc.",
            "oracle.net.",
            "org.apache.",
            "org.asynchttpclient.",
            "org.eclipse.jetty.",
            "org.elasticsearch.client.",
            "org.glassfish.",
            "org.hibernate.",
            "org.jboss.",
            "org.mariadb.",
            "org.mongodb.",
            "org.postgresql.",
            "org.redisson.",
            "org.springframework.",
            "org.xnio.",
            "feign.",
            "javax.",
            "jakarta.");

    private StackText() {}

    /**
     * How many frames from the top decide which code path this is. That a stack is the JDK's alone can only be said of
     * all of it.
     */
    static int decisiveFrames(List<StackTraceElement> stack, int depth) {
        return Math.min(stack.size(), ownAndJdkFrames(stack) + depth);
    }

    /**
     * The frames that a code path keeps, at most {@code depth}: from the first that is not the agent's or the JDK's, or
     * from the first of the JDK's where the stack has no others.
     */
    static List<String> frames(List<StackTraceElement> stack, int depth) {
        List<String> frames = new ArrayList<>();
        for (StackTraceElement frame : kept(stack, depth)) {
            frames.add(text(frame));
        }
        return frames;
    }

    /**
     * The frame a code path is called after.
     *
     * @param app prefixes of the application's own classes; where there are none, whatever is neither the JDK nor a
     *     well-known library is the application's
     */
    static String name(List<StackTraceElement> stack, int depth, List<String> app) {
        List<StackTraceElement> kept = kept(stack, depth);
        for (StackTraceElement frame : kept) {
            if (startsWithAny(frame.getClassName(), app)) {
                return text(frame);
            }
        }
        for (StackTraceElement frame : kept) {
            if (!isJdk(frame) && !startsWithAny(frame.getClassName(), LIBRARIES)) {
                return text(frame);
            }
        }
        for (StackTraceElement frame : kept) {
            if (!isJdk(frame)) {
                return text(frame);
            }
        }
        for (StackTraceElement frame : kept) {
            if (!isSocketCode(frame)) {
                return text(frame);
            }
        }
        return kept.isEmpty() ? "(no stack)" : text(kept.get(kept.size() - 1));
    }

    static String text(StackTraceElement frame) {
        StringBuilder text = new StringBuilder()
                .append(frame.getClassName())
                .append('.')
                .append(frame.getMethodName())
                .append('(');
        if (frame.isNativeMethod()) {
            text.append("Native Method");
        } else if (frame.getFileName() == null) {
            text.append("Unknown Source");
        } else {
            text.append(frame.getFileName());
            if (frame.getLineNumber() >= 0) {
                text.append(':').append(frame.getLineNumber());
            }
        }
        return text.append(')').toString();
    }

    private static List<StackTraceElement> kept(List<StackTraceElement> stack, int depth) {
        int top = ownAndJdkFrames(stack);
        int from = top == stack.size() ? ownFrames(stack) : top;
        return stack.subList(from, Math.min(stack.size(), from + depth));
    }

    /** How many frames stand above the first that is neither the agent's nor the JDK's. */
    private static int ownAndJdkFrames(List<StackTraceElement> stack) {
        int top = ownFrames(stack);
        while (top < stack.size() && isJdk(stack.get(top))) {
            top++;
        }
        return top;
    }

    private static int ownFrames(List<StackTraceElement> stack) {
        int top = 0;
        while (top < stack.size() && isAgent(stack.get(top))) {
            top++;
        }
        return top;
    }

    private static boolean isAgent(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.equals("sun.nio.ch.TcpHealthHook")
                || name.startsWith("dev.tcphealth.connection.")
                || name.startsWith("dev.tcphealth.weaver.");
    }

    private static boolean isJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    private static boolean isSocketCode(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("sun.nio.") || name.startsWith("java.net.") || name.startsWith("java.nio.");
    }

    private static boolean startsWithAny(String name, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
