package dev.tcphealth.weaver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/** Weaves one class at a time: bytes in, bytes out. */
final class Weaver {

    private final ByteBuddy byteBuddy = new ByteBuddy()
            .with(TypeValidation.DISABLED)
            .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
            .with(Implementation.Context.Disabled.Factory.INSTANCE)
            .ignore(ElementMatchers.none());

    private final Set<Target> woven = ConcurrentHashMap.newKeySet();

    /** The classes that are to be woven, those included that this JDK may not have. */
    static Set<String> classNames() {
        Set<String> names = new LinkedHashSet<>();
        Target.ALL.forEach(target -> names.add(target.className()));
        return names;
    }

    /** Gives the woven class file, or null where there is nothing to weave */
    byte @Nullable [] weave(String className, byte[] classFile) {
        List<Target> targets = new ArrayList<>();
        for (Target target : Target.ALL) {
            if (target.className().equals(className)) {
                targets.add(target);
            }
        }
        if (targets.isEmpty()) {
            return null;
        }
        ClassFileLocator locator = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(className, classFile), ClassFileLocator.ForClassLoader.ofPlatformLoader());
        TypeDescription type = TypePool.Default.WithLazyResolution.of(locator)
                .describe(className)
                .resolve();
        AsmVisitorWrapper.ForDeclaredMethods methods = new AsmVisitorWrapper.ForDeclaredMethods();
        List<Target> found = new ArrayList<>();
        for (Target target : targets) {
            if (!type.getDeclaredMethods().filter(target.method()).isEmpty()) {
                methods = methods.method(target.method(), target.visitor());
                found.add(target);
            }
        }
        byte[] result = byteBuddy.redefine(type, locator).visit(methods).make().getBytes();
        woven.addAll(found);
        return result;
    }

    /** The targets that were not found in a class of this JDK, though sums need them. */
    Collection<Target> missing() {
        List<Target> missing = new ArrayList<>();
        boolean released = false;
        for (Target target : Target.ALL) {
            if (target.needed() && !woven.contains(target)) {
                missing.add(target);
            }
            released |= target.advice() == SocketAdvice.Released.class && woven.contains(target);
        }
        if (!released) {
            missing.add(Target.ALL.get(Target.ALL.size() - 1));
        }
        return missing;
    }
}
