package dev.tcphealth.weaver;

import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.implementation.bytecode.StackSize;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import sun.nio.ch.TcpHealthHook;

/**
 * What woven code does with an exception out of the hook: forgets it, and notes that there was one. It calls nothing, as
 * there may be no stack left to call anything.
 */
final class MissedHandler extends StackManipulation.AbstractBase {

    @Override
    public Size apply(MethodVisitor visitor, Implementation.Context context) {
        visitor.visitInsn(Opcodes.POP);
        visitor.visitInsn(Opcodes.ICONST_1);
        visitor.visitFieldInsn(Opcodes.PUTSTATIC, Type.getInternalName(TcpHealthHook.class), "missed", "Z");
        return StackSize.SINGLE.toDecreasingSize();
    }
}
