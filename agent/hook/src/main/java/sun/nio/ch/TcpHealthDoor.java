package sun.nio.ch;

import java.security.AccessController;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.function.Function;

/**
 * Brings an agent up behind a {@link TcpHealthLoader} of its own: given the jar and the name of a class in it, gives an
 * object of that class. What the caller may do does not matter: under a SecurityManager the launcher may do nothing.
 */
@SuppressWarnings("removal") // of the SecurityManager, which is there until JDK 23
public final class TcpHealthDoor implements Function<String[], Object>, PrivilegedExceptionAction<Object> {

    private final String jar;
    private final String className;

    public TcpHealthDoor() {
        this("", "");
    }

    private TcpHealthDoor(String jar, String className) {
        this.jar = jar;
        this.className = className;
    }

    @Override
    public Object apply(String[] jarAndClass) {
        try {
            return AccessController.doPrivileged(new TcpHealthDoor(jarAndClass[0], jarAndClass[1]));
        } catch (PrivilegedActionException e) {
            throw new IllegalStateException("this jar is not whole: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public Object run() throws Exception {
        TcpHealthLoader loader = new TcpHealthLoader(jar);
        try {
            return loader.instance(className);
        } catch (Throwable t) {
            loader.close();
            throw t;
        }
    }
}
