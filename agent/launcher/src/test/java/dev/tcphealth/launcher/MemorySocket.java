package dev.tcphealth.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.util.HashMap;
import java.util.Map;

/** A socket without a network, as applications make them by a factory: what was written can be read. */
final class MemorySocket extends SocketImpl {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Map<Integer, Object> options = new HashMap<>();

    @Override
    protected void create(boolean stream) {}

    @Override
    protected void connect(String host, int port) {}

    @Override
    protected void connect(InetAddress address, int port) {}

    @Override
    protected void connect(SocketAddress address, int timeout) {}

    @Override
    protected void bind(InetAddress host, int port) {}

    @Override
    protected void listen(int backlog) {}

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        throw new IOException("nobody calls");
    }

    @Override
    protected InputStream getInputStream() {
        return new ByteArrayInputStream(written.toByteArray());
    }

    @Override
    protected OutputStream getOutputStream() {
        return written;
    }

    @Override
    protected int available() {
        return written.size();
    }

    @Override
    protected void close() {}

    @Override
    protected void sendUrgentData(int data) {}

    @Override
    public void setOption(int option, Object value) {
        options.put(option, value);
    }

    @Override
    public Object getOption(int option) {
        return options.getOrDefault(option, 0);
    }
}
