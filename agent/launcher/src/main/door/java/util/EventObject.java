package java.util;

import java.io.Serial;
import java.io.Serializable;
import jdk.internal.misc.Unsafe;

/**
 * What stands in the place of the JDK's class of this name while {@code dev.tcphealth.launcher.RetransformedDoor} calls it:
 * the same, but that its constructor, given class files of the agent, defines them in java.base.
 */
public class EventObject implements Serializable {

    @Serial
    private static final long serialVersionUID = 5516075349620653480L;

    protected transient Object source;

    /**
     * If the first element is the nonce: the others are class files, and the source becomes an object of the last one's
     * class, which is the door. A class that is defined already is left as it is.
     */
    public EventObject(Object source) {
        if (source == null) {
            throw new IllegalArgumentException("null source");
        }
        this.source = source;
        // Replaced before it is loaded: nobody else can know it.
        if (source instanceof Object[] given && given.length > 1 && "0123456789abcdef0123456789abcdef".equals(given[0])) {
            try {
                for (int i = 1; i < given.length; i++) {
                    byte[] classFile = (byte[]) given[i];
                    try {
                        Unsafe.getUnsafe().defineClass(null, classFile, 0, classFile.length, null, null);
                    } catch (LinkageError definedBefore) {
                        // by an agent that was detached
                    }
                }
                this.source = Class.forName("sun.nio.ch.TcpHealthDoor", true, null)
                        .getConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public Object getSource() {
        return source;
    }

    @Override
    public String toString() {
        return getClass().getName() + "[source=" + source + "]";
    }
}
