package dev.tcphealth.weaver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Weaves one class at a time: bytes in, bytes out. By ASM alone, as the first socket of an application waits for it:
 * Byte Buddy's Advice did the same with 830 classes more to load and twice the time.
 */
final class Weaver {

    static final int ASM_API = Opcodes.ASM9;

    /** The internal name of the class that woven code calls. */
    static final String HOOK = "sun/nio/ch/TcpHealthHook";

    /** The newest class file version that ASM reads. */
    private static final int NEWEST_VERSION = Opcodes.V27;

    /** Where a class file has its major version, in two bytes. */
    private static final int VERSION_AT = 6;

    private final Set<Target> woven = ConcurrentHashMap.newKeySet();

    /** The classes that are to be woven, those included that this JDK may not have. */
    static Set<String> classNames() {
        Set<String> names = new LinkedHashSet<>();
        for (Target target : Target.ALL) {
            names.add(target.className());
        }
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
        int version = version(classFile);
        ClassReader reader = new ClassReader(withVersion(classFile, Math.min(version, NEWEST_VERSION)));
        LocalsCounter locals = new LocalsCounter(targets);
        reader.accept(locals, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        ClassWriter writer = new ClassWriter(reader, 0);
        WovenClass methods = new WovenClass(writer, targets, locals.byMethod);
        reader.accept(methods, ClassReader.EXPAND_FRAMES);
        woven.addAll(methods.found);
        return withVersion(writer.toByteArray(), version);
    }

    private static int version(byte[] classFile) {
        return (classFile[VERSION_AT] & 0xff) << 8 | (classFile[VERSION_AT + 1] & 0xff);
    }

    /** ASM refuses the classes of a newer JDK, and yet what is done to them here has been the same since Java 7. */
    private static byte[] withVersion(byte[] classFile, int version) {
        if (version(classFile) == version) {
            return classFile;
        }
        byte[] changed = classFile.clone();
        changed[VERSION_AT] = (byte) (version >> 8);
        changed[VERSION_AT + 1] = (byte) version;
        return changed;
    }

    /** The targets that were not found in a class of this JDK, though sums need them. */
    Collection<Target> missing() {
        Set<Target> missing = EnumSet.allOf(Target.class);
        missing.removeAll(woven);
        if (woven.contains(Target.RELEASE_17) || woven.contains(Target.RELEASE)) {
            missing.remove(Target.RELEASE_17);
            missing.remove(Target.RELEASE);
        }
        return missing;
    }

    private static @Nullable Target target(List<Target> among, int access, String name, String descriptor) {
        if ((access & (Opcodes.ACC_BRIDGE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0) {
            for (Target target : among) {
                if (target.matches(name, descriptor)) {
                    return target;
                }
            }
        }
        return null;
    }

    /** Counts the local variables of each method to weave, as new ones will lie behind them. */
    private static final class LocalsCounter extends ClassVisitor {

        private final List<Target> targets;
        private final Map<String, Integer> byMethod = new HashMap<>();

        LocalsCounter(List<Target> targets) {
            super(ASM_API);
            this.targets = targets;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            if (target(targets, access, name, descriptor) == null) {
                return null;
            }
            return new MethodVisitor(ASM_API) {
                @Override
                public void visitMaxs(int stack, int locals) {
                    byMethod.put(name + descriptor, locals);
                }
            };
        }
    }

    private static final class WovenClass extends ClassVisitor {

        private final List<Target> targets;
        private final Map<String, Integer> locals;
        private final List<Target> found = new ArrayList<>();
        private String className = "";

        WovenClass(ClassVisitor next, List<Target> targets, Map<String, Integer> locals) {
            super(ASM_API, next);
            this.targets = targets;
            this.locals = locals;
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            className = name;
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            Target target = target(targets, access, name, descriptor);
            if (target == null) {
                return next;
            }
            found.add(target);
            return target.advice().equals(SocketAdvice.CAUGHT_FAILURE)
                    ? new CaughtFailure(className, next)
                    : new WovenMethod(
                            next,
                            className,
                            access,
                            descriptor,
                            locals.getOrDefault(name + descriptor, 0),
                            target.advice().calls());
        }
    }
}
