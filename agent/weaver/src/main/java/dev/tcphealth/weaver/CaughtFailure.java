package dev.tcphealth.weaver;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * For {@code void UnixAsynchronousSocketChannelImpl.finishConnect(boolean)}: it learns by a native method that connecting
 * has failed, catches what that throws and closes the channel, so no advice sees it. It does hand the exception to a
 * method that makes its message longer (SocketExceptions.of on JDK 17, Exceptions.ioException on 25); of what that
 * returns the hook is told, while the descriptor is still open.
 */
final class CaughtFailure extends MethodVisitor {

    private static final String LENGTHENS = "(Ljava/io/IOException;Ljava/net/SocketAddress;)Ljava/io/IOException;";
    private static final String FD = "Ljava/io/FileDescriptor;";

    private final String owner;

    /** @param owner the internal name of the class that is woven */
    CaughtFailure(String owner, MethodVisitor next) {
        super(Weaver.ASM_API, next);
        this.owner = owner;
    }

    @Override
    public void visitMethodInsn(int opcode, String calledOwner, String name, String descriptor, boolean ofInterface) {
        super.visitMethodInsn(opcode, calledOwner, name, descriptor, ofInterface);
        if (descriptor.equals(LENGTHENS)) {
            super.visitInsn(Opcodes.DUP);
            super.visitVarInsn(Opcodes.ALOAD, 0);
            super.visitFieldInsn(Opcodes.GETFIELD, owner, "fd", FD);
            super.visitInsn(Opcodes.SWAP);
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, Weaver.HOOK, "connectFailed", "(" + FD + "Ljava/lang/Throwable;)V", false);
        }
    }

    @Override
    public void visitMaxs(int stack, int locals) {
        super.visitMaxs(stack + 2, locals);
    }
}
