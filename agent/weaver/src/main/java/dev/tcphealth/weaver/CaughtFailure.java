package dev.tcphealth.weaver;

import net.bytebuddy.asm.AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;
import sun.nio.ch.TcpHealthHook;

/**
 * For {@code void UnixAsynchronousSocketChannelImpl.finishConnect(boolean)}: it learns by a native method that connecting
 * has failed, catches what that throws and closes the channel, so no advice sees it. It does hand the exception to a
 * method that makes its message longer (SocketExceptions.of on JDK 17, Exceptions.ioException on 25); of what that
 * returns the hook is told, while the descriptor is still open.
 */
final class CaughtFailure implements MethodVisitorWrapper {

    private static final String LENGTHENS = "(Ljava/io/IOException;Ljava/net/SocketAddress;)Ljava/io/IOException;";
    private static final String FD = "Ljava/io/FileDescriptor;";

    @Override
    public MethodVisitor wrap(
            TypeDescription type,
            MethodDescription method,
            MethodVisitor visitor,
            Implementation.Context context,
            TypePool pool,
            int writerFlags,
            int readerFlags) {
        return new MethodVisitor(OpenedClassReader.ASM_API, visitor) {
            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean ofInterface) {
                super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
                if (descriptor.equals(LENGTHENS)) {
                    super.visitInsn(Opcodes.DUP);
                    super.visitVarInsn(Opcodes.ALOAD, 0);
                    super.visitFieldInsn(Opcodes.GETFIELD, type.getInternalName(), "fd", FD);
                    super.visitInsn(Opcodes.SWAP);
                    super.visitMethodInsn(
                            Opcodes.INVOKESTATIC,
                            Type.getInternalName(TcpHealthHook.class),
                            "connectFailed",
                            "(" + FD + "Ljava/lang/Throwable;)V",
                            false);
                }
            }

            @Override
            public void visitMaxs(int stack, int locals) {
                super.visitMaxs(stack + 2, locals);
            }
        };
    }
}
