package dev.tcphealth.weaver;

import dev.tcphealth.TcpHealth;
import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a running agent is made of: opened, it can weave ({@link ClassFileTransformer}); told to begin, it weaves what was
 * loaded before and begins to sample; closed, it is gone.
 */
final class AgentSession implements ClassFileTransformer, AutoCloseable {

    private final Instrumentation instrumentation;
    private final Weaver weaver = new Weaver();
    private final TcpHealth health;

    /**
     * Brings the hook into java.base and listens to it; nothing is woven yet.
     *
     * @param options as in {@link Options#parse}
     */
    AgentSession(Instrumentation instrumentation, String options)
            throws OptionException, IOException, ReflectiveOperationException {
        this.instrumentation = instrumentation;
        HookClass.open(instrumentation);
        HookClass.define();
        health = new TcpHealth(Options.parse(options), new JvmAccess(weaver));
        new HookSink(health.tracker()).listen();
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        return weaver.weave(name.replace('/', '.'), classFile);
    }

    /**
     * Weaves the targets that are loaded already, loads and weaves the others, and begins to sample.
     *
     * @param atOnce show the first MBeans now, and not when the application has had time to start
     */
    void begin(boolean atOnce) {
        List<Class<?>> early = loadedTargets();
        for (String name : Weaver.classNames()) {
            try {
                Class.forName(name, false, null);
            } catch (ClassNotFoundException e) {
                // This JDK has no such class: the weaver says so where it matters.
            }
        }
        retransform(early);
        health.start(atOnce);
    }

    /** Stops listening, puts the original byte code back and ends sampling. The transformer must be removed by now. */
    @Override
    public void close() {
        HookSink.silence();
        try {
            retransform(loadedTargets());
        } finally {
            health.close();
        }
    }

    private List<Class<?>> loadedTargets() {
        Set<String> names = new HashSet<>(Weaver.classNames());
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> candidate : instrumentation.getAllLoadedClasses()) {
            if (candidate.getClassLoader() == null && names.contains(candidate.getName())) {
                loaded.add(candidate);
            }
        }
        return loaded;
    }

    private void retransform(List<Class<?>> classes) {
        if (!classes.isEmpty()) {
            try {
                instrumentation.retransformClasses(classes.toArray(new Class<?>[0]));
            } catch (UnmodifiableClassException e) {
                throw new IllegalStateException("this JVM does not let its socket classes be changed", e);
            }
        }
    }
}
