package dev.tcphealth.weaver;

import dev.tcphealth.weaver.HookCall.At;
import dev.tcphealth.weaver.HookCall.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts calls of the hook into one method. Each stands in a handler of its own, which forgets whatever comes out of it,
 * even where there is not stack enough to call it. The method behaves as before: its returns become jumps to a new end,
 * where no handler of its own reaches, and what it throws is thrown again.
 *
 * <p>New local variables lie behind the method's own. At its end nothing is known of the method's own: the arguments
 * that are needed there are copied on entry. Frames must come expanded ({@code ClassReader.EXPAND_FRAMES}), as new ones
 * stand between them.
 *
 * <p>No lambda here: the application's first socket waits for this code.
 */
final class WovenMethod extends MethodVisitor {

    private static final String THROWABLE = "java/lang/Throwable";
    private static final String FD = "Ljava/io/FileDescriptor;";

    /** No call takes more arguments. */
    private static final int STACK = 4;

    private final String owner;
    private final boolean isStatic;
    private final Type[] parameters;
    private final Type returned;
    private final List<HookCall> calls;
    private final int ownLocals;
    private final boolean callsOnReturn;
    private final boolean callsOnThrow;

    /** Where the copies of arguments are, and their types. */
    private final Map<Value, Integer> copies = new EnumMap<>(Value.class);

    private final List<Type> copied = new ArrayList<>();

    /** What is returned or thrown is kept here, behind the copies. */
    private int resultSlot;

    private final Label bodyStart = new Label();
    private final Label end = new Label();

    /**
     * @param owner the internal name of the class
     * @param ownLocals the method's {@code max_locals}
     */
    WovenMethod(MethodVisitor next, String owner, int access, String descriptor, int ownLocals, List<HookCall> calls) {
        super(Weaver.ASM_API, next);
        this.owner = owner;
        this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
        this.parameters = Type.getArgumentTypes(descriptor);
        this.returned = Type.getReturnType(descriptor);
        this.calls = calls;
        this.ownLocals = ownLocals;
        this.resultSlot = ownLocals;
        this.callsOnReturn = has(At.RETURN);
        this.callsOnThrow = has(At.THROW);
    }

    @Override
    public void visitCode() {
        super.visitCode();
        if (has(At.ENTRY)) {
            call(At.ENTRY, frameOnEntry());
            // The method's own first frame may follow at once, and there must not be two at one place.
            super.visitInsn(Opcodes.NOP);
        }
        copyArguments();
        super.visitLabel(bodyStart);
    }

    private void copyArguments() {
        for (Value value : Value.values()) {
            if (value.isArgument() && neededAtEnd(value)) {
                Type type = parameters[value.argument()];
                super.visitVarInsn(type.getOpcode(Opcodes.ILOAD), slotOf(value));
                super.visitVarInsn(type.getOpcode(Opcodes.ISTORE), resultSlot);
                copies.put(value, resultSlot);
                copied.add(type);
                resultSlot += type.getSize();
            }
        }
    }

    @Override
    public void visitInsn(int opcode) {
        if (callsOnReturn && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
            if (opcode != Opcodes.RETURN) {
                super.visitVarInsn(returned.getOpcode(Opcodes.ISTORE), resultSlot);
            }
            super.visitJumpInsn(Opcodes.GOTO, end);
        } else {
            super.visitInsn(opcode);
        }
    }

    /** The copies must be in every frame in between, or they would be forgotten there. */
    @Override
    public void visitFrame(int type, int localCount, Object[] local, int stackCount, Object[] stack) {
        if (copied.isEmpty()) {
            super.visitFrame(type, localCount, local, stackCount, stack);
            return;
        }
        List<Object> locals = new ArrayList<>(Arrays.asList(local).subList(0, localCount));
        int slots = localCount;
        for (Object one : locals) {
            slots += one.equals(Opcodes.LONG) || one.equals(Opcodes.DOUBLE) ? 1 : 0;
        }
        for (; slots < ownLocals; slots++) {
            locals.add(Opcodes.TOP);
        }
        addCopies(locals);
        super.visitFrame(type, locals.size(), locals.toArray(), stackCount, stack);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
        Label bodyEnd = new Label();
        super.visitLabel(bodyEnd);
        if (callsOnReturn) {
            returning();
        }
        if (callsOnThrow) {
            throwing(bodyEnd);
        }
        super.visitMaxs(Math.max(stack, STACK), resultSlot + 2);
    }

    private void returning() {
        Object[] locals = frameAtEnd(returned);
        super.visitLabel(end);
        frame(locals);
        call(At.RETURN, locals);
        if (!returned.equals(Type.VOID_TYPE)) {
            super.visitVarInsn(returned.getOpcode(Opcodes.ILOAD), resultSlot);
        }
        super.visitInsn(returned.getOpcode(Opcodes.IRETURN));
    }

    /** Its handler comes last in the method's table: the method's own have the first word. */
    private void throwing(Label bodyEnd) {
        Label handler = new Label();
        super.visitTryCatchBlock(bodyStart, bodyEnd, handler, THROWABLE);
        super.visitLabel(handler);
        frame(frameAtEnd(Type.VOID_TYPE), THROWABLE);
        super.visitVarInsn(Opcodes.ASTORE, resultSlot);
        call(At.THROW, frameAtEnd(Type.getObjectType(THROWABLE)));
        super.visitVarInsn(Opcodes.ALOAD, resultSlot);
        super.visitInsn(Opcodes.ATHROW);
    }

    private void call(At at, Object[] locals) {
        for (HookCall call : calls) {
            if (call.at().equals(at)) {
                call(call, locals);
            }
        }
    }

    /** Calls the hook and forgets what it throws, but that it threw. Ends with a frame. */
    private void call(HookCall call, Object[] locals) {
        Label start = new Label();
        Label called = new Label();
        Label handler = new Label();
        Label done = new Label();
        super.visitTryCatchBlock(start, called, handler, THROWABLE);
        super.visitLabel(start);
        Value condition = call.onlyIf();
        if (condition != null) {
            load(condition);
            super.visitJumpInsn(Opcodes.IFEQ, done);
        }
        for (Value argument : call.arguments()) {
            load(argument);
        }
        super.visitMethodInsn(Opcodes.INVOKESTATIC, Weaver.HOOK, call.method(), call.descriptor(), false);
        super.visitLabel(called);
        super.visitJumpInsn(Opcodes.GOTO, done);
        super.visitLabel(handler);
        frame(locals, THROWABLE);
        super.visitInsn(Opcodes.POP);
        // Calls nothing: there may be no stack left to call anything.
        super.visitInsn(Opcodes.ICONST_1);
        super.visitFieldInsn(Opcodes.PUTSTATIC, Weaver.HOOK, "missed", "Z");
        super.visitLabel(done);
        frame(locals);
    }

    private void load(Value value) {
        switch (value) {
            case FALSE -> super.visitInsn(Opcodes.ICONST_0);
            case TRUE -> super.visitInsn(Opcodes.ICONST_1);
            case THIS -> super.visitVarInsn(Opcodes.ALOAD, 0);
            case FD_FIELD -> {
                super.visitVarInsn(Opcodes.ALOAD, 0);
                super.visitFieldInsn(Opcodes.GETFIELD, owner, "fd", FD);
            }
            case RETURNED -> super.visitVarInsn(returned.getOpcode(Opcodes.ILOAD), resultSlot);
            case THROWN -> super.visitVarInsn(Opcodes.ALOAD, resultSlot);
            case ARGUMENT_0, ARGUMENT_1, ARGUMENT_2, ARGUMENT_3 ->
                super.visitVarInsn(parameters[value.argument()].getOpcode(Opcodes.ILOAD), slotOf(value));
        }
    }

    /** Where an argument is: its copy, once there is one. */
    private int slotOf(Value argument) {
        Integer copy = copies.get(argument);
        if (copy != null) {
            return copy;
        }
        int slot = isStatic ? 0 : 1;
        for (int i = 0; i < argument.argument(); i++) {
            slot += parameters[i].getSize();
        }
        return slot;
    }

    private boolean has(At at) {
        for (HookCall call : calls) {
            if (call.at().equals(at)) {
                return true;
            }
        }
        return false;
    }

    private boolean neededAtEnd(Value value) {
        for (HookCall call : calls) {
            if (!call.at().equals(At.ENTRY) && call.needs(value)) {
                return true;
            }
        }
        return false;
    }

    private void frame(Object[] locals, Object... stack) {
        super.visitFrame(Opcodes.F_NEW, locals.length, locals, stack.length, stack);
    }

    private Object[] frameOnEntry() {
        List<Object> locals = new ArrayList<>();
        if (!isStatic) {
            locals.add(owner);
        }
        for (Type parameter : parameters) {
            locals.add(inFrame(parameter));
        }
        return locals.toArray();
    }

    /** @param result what lies in its slot, void for nothing */
    private Object[] frameAtEnd(Type result) {
        List<Object> locals = new ArrayList<>();
        for (int i = 0; i < ownLocals; i++) {
            locals.add(i == 0 && !isStatic ? owner : Opcodes.TOP);
        }
        addCopies(locals);
        if (!result.equals(Type.VOID_TYPE)) {
            locals.add(inFrame(result));
        }
        return locals.toArray();
    }

    private void addCopies(List<Object> locals) {
        for (Type type : copied) {
            locals.add(inFrame(type));
        }
    }

    private static Object inFrame(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
            case Type.LONG -> Opcodes.LONG;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            default -> type.getInternalName();
        };
    }
}
