package dev.tcphealth.weaver;

import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import java.io.PrintStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The door for the launcher, which sees JDK types only: takes what the JVM has given to {@code premain} or
 * {@code agentmain}, and says whether an agent runs afterwards. {@link Instrumentation} is kept on this side alone. Not
 * for two threads at once.
 *
 * <p>The arguments are {@code @start,OPTIONS} from {@code -javaagent}; {@code @attach,NONCE,OPTIONS} or
 * {@code @detach,NONCE,} from the command line, which is answered by a {@link Reply}; anything else are the options of an
 * agent that somebody else has attached.
 */
public final class AgentEntry implements Function<@Nullable Object[], Boolean> {

    private static final String START = "@start";
    private static final String ATTACH = "@attach";
    private static final String DETACH = "@detach";

    private @Nullable RunningAgent running;
    private @Nullable ClassFileTransformer place;

    /**
     * Takes the arguments, the {@link Instrumentation}, and what holds the weaver's place, a {@link ClassFileTransformer}
     * that is registered there and is told of the weaver as a {@link Consumer}; null for the last one if the agent is up.
     * With all permissions, and with those of the agent alone in what the threads inherit that are started here: whoever
     * calls may have none.
     */
    @Override
    @SuppressWarnings("removal") // of the SecurityManager, which is there until JDK 23
    public Boolean apply(@Nullable Object[] given) {
        String arguments = String.valueOf(given[0]);
        Instrumentation instrumentation = (Instrumentation) Objects.requireNonNull(given[1]);
        if (given[2] != null) {
            place = (ClassFileTransformer) given[2];
        }
        return AccessController.doPrivileged(new PrivilegedAction<Boolean>() {
            @Override
            public Boolean run() {
                return told(arguments, instrumentation);
            }
        });
    }

    private boolean told(String arguments, Instrumentation instrumentation) {
        int comma = arguments.indexOf(',');
        String word = comma < 0 ? "" : arguments.substring(0, comma);
        if (word.equals(START)) {
            complainUnlessOk(start(arguments.substring(comma + 1), instrumentation, false));
        } else if (word.equals(ATTACH) || word.equals(DETACH)) {
            int next = arguments.indexOf(',', comma + 1);
            String nonce = next < 0 ? arguments.substring(comma + 1) : arguments.substring(comma + 1, next);
            String options = next < 0 ? "" : arguments.substring(next + 1);
            HookClass.open(instrumentation);
            (word.equals(ATTACH) ? start(options, instrumentation, true) : detach()).publish(nonce);
        } else {
            complainUnlessOk(start(arguments, instrumentation, true));
        }
        if (running == null) {
            closeLoader();
            return false;
        }
        return true;
    }

    /** It must not keep the jar open. What is not loaded by now is not found any more. */
    private static void closeLoader() {
        if (AgentEntry.class.getClassLoader() instanceof AutoCloseable loader) {
            try {
                loader.close();
            } catch (Exception e) {
                complain("its jar stays open: " + e);
            }
        }
    }

    private Reply start(String options, Instrumentation instrumentation, boolean atOnce) {
        if (running != null) {
            return Reply.refused("the agent is in this JVM already: this second one is not started");
        }
        String mistake = options.isBlank() ? null : mistakeIn(options);
        if (mistake != null) {
            return Reply.refused(mistake + "; the application runs without the agent");
        }
        try {
            RunningAgent agent = new RunningAgent(instrumentation, Objects.requireNonNull(place));
            agent.start(options, atOnce);
            running = agent;
            return Reply.OK;
        } catch (Throwable t) {
            return Reply.failed(t);
        }
    }

    private Reply detach() {
        RunningAgent agent = running;
        running = null;
        if (agent == null) {
            return Reply.refused("the agent is not in this JVM");
        }
        try {
            agent.stop();
            return Reply.OK;
        } catch (Throwable t) {
            return Reply.failed(t);
        }
    }

    private static @Nullable String mistakeIn(String options) {
        try {
            Options.parse(options);
            return null;
        } catch (OptionException e) {
            return e.getMessage();
        }
    }

    private static void complainUnlessOk(Reply reply) {
        if (!reply.verdict().equals(Reply.Verdict.OK)) {
            complain(reply.text());
        }
    }

    /** One line, and the application runs on. */
    static void complain(String what) {
        PrintStream err = System.err;
        err.println("tcp-health: " + what.replace('\n', ' '));
    }
}
