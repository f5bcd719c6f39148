package dev.tcphealth.launcher;

/** For each of its arguments, a class name: where the application gets the class and its class file from. */
public final class VisibleApp {

    static final String NOTHING = "nothing";

    private VisibleApp() {}

    public static void main(String[] args) {
        for (String name : args) {
            System.out.println(name + " " + loaderOf(name) + " " + resource(name));
        }
    }

    private static String loaderOf(String name) {
        try {
            ClassLoader loader = Class.forName(name).getClassLoader();
            return loader == null ? "boot" : loader.getName();
        } catch (ClassNotFoundException e) {
            return NOTHING;
        }
    }

    private static String resource(String name) {
        String file = name.replace('.', '/') + ".class";
        return ClassLoader.getSystemResource(file) == null ? NOTHING : file;
    }
}
