package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;

/** A connection by any of the JDK's three kinds of socket. */
interface Wire {

    /** More bytes than any test sends. */
    int SOME = 100;

    void lingerZero() throws IOException;

    void shutdownOutput() throws IOException;

    /** Reads what has come in, or the error that has. */
    void read() throws IOException;

    void close() throws IOException;

    /** What accepts. */
    interface Door {
        int port() throws IOException;

        Wire accept() throws Exception;
    }

    /** The kinds of socket. */
    enum Kind {
        SOCKET,
        CHANNEL,
        ASYNCHRONOUS;

        Wire connect(InetSocketAddress to) throws Exception {
            return switch (this) {
                case SOCKET -> {
                    Socket socket = new Socket();
                    socket.connect(to);
                    yield of(socket);
                }
                case CHANNEL -> of(SocketChannel.open(to));
                case ASYNCHRONOUS -> {
                    AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
                    channel.connect(to).get();
                    yield of(channel);
                }
            };
        }

        Door listen(InetSocketAddress at) throws IOException {
            return switch (this) {
                case SOCKET -> {
                    ServerSocket server = new ServerSocket();
                    server.bind(at);
                    yield door(server::getLocalPort, () -> of(server.accept()));
                }
                case CHANNEL -> {
                    ServerSocketChannel server = ServerSocketChannel.open().bind(at);
                    yield door(() -> port(server.getLocalAddress()), () -> of(server.accept()));
                }
                case ASYNCHRONOUS -> {
                    AsynchronousServerSocketChannel server =
                            AsynchronousServerSocketChannel.open().bind(at);
                    yield door(
                            () -> port(server.getLocalAddress()),
                            () -> of(server.accept().get()));
                }
            };
        }
    }

    private static Wire of(Socket socket) {
        return wire(
                () -> socket.setSoLinger(true, 0),
                socket::shutdownOutput,
                () -> {
                    @SuppressWarnings("unused")
                    int read = socket.getInputStream().read(new byte[SOME]);
                },
                socket::close);
    }

    private static Wire of(SocketChannel channel) {
        return wire(
                () -> channel.setOption(StandardSocketOptions.SO_LINGER, 0),
                channel::shutdownOutput,
                () -> channel.read(ByteBuffer.allocate(SOME)),
                channel::close);
    }

    private static Wire of(AsynchronousSocketChannel channel) {
        return wire(
                () -> {
                    throw new UnsupportedOperationException("asynchronous channels have no SO_LINGER");
                },
                channel::shutdownOutput,
                () -> {
                    try {
                        channel.read(ByteBuffer.allocate(SOME)).get();
                    } catch (ExecutionException e) {
                        throw new IOException(e.getCause());
                    } catch (InterruptedException e) {
                        throw new InterruptedIOException();
                    }
                },
                channel::close);
    }

    private static Wire wire(Action lingerZero, Action shutdownOutput, Action read, Action close) {
        return new Wire() {
            @Override
            public void lingerZero() throws IOException {
                lingerZero.run();
            }

            @Override
            public void shutdownOutput() throws IOException {
                shutdownOutput.run();
            }

            @Override
            public void read() throws IOException {
                read.run();
            }

            @Override
            public void close() throws IOException {
                close.run();
            }
        };
    }

    private static Door door(PortOf port, Accepting accepting) {
        return new Door() {
            @Override
            public int port() throws IOException {
                return port.get();
            }

            @Override
            public Wire accept() throws Exception {
                return accepting.get();
            }
        };
    }

    private static int port(java.net.SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    /** Something done to a socket. */
    interface Action {
        void run() throws IOException;
    }

    /** Asks for the port. */
    interface PortOf {
        int get() throws IOException;
    }

    /** Accepts. */
    interface Accepting {
        Wire get() throws Exception;
    }
}
