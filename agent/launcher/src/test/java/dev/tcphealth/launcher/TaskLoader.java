package dev.tcphealth.launcher;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** A system class loader of an application's own, which takes agents as java.lang.instrument asks it to. */
public final class TaskLoader extends URLClassLoader {

    public TaskLoader(ClassLoader parent) {
        super("task", new URL[0], parent);
    }

    /** Called by the JVM. */
    @SuppressWarnings("unused")
    private void appendToClassPathForInstrumentation(String jar) throws MalformedURLException {
        addURL(Path.of(jar).toUri().toURL());
    }
}
