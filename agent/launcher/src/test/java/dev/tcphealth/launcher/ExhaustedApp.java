package dev.tcphealth.launcher;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Uses all its descriptors from its first moment on, until it is told to give them back and needs the MBean server. */
final class ExhaustedApp implements Dialogue.Answers {

    private final List<FileInputStream> all = new ArrayList<>();

    private ExhaustedApp() {}

    public static void main(String[] args) throws Exception {
        ExhaustedApp app = new ExhaustedApp();
        Class.forName(Dialogue.class.getName()); // to load one takes a descriptor
        app.exhaust();
        Dialogue.with(app);
    }

    private void exhaust() {
        try {
            while (true) {
                all.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // there is none left
        }
    }

    @Override
    public String to(String[] words) throws Exception {
        if (!words[0].equals("free")) {
            return SocketApp.mbeans(words);
        }
        for (FileInputStream one : all) {
            one.close();
        }
        return Long.toString(ManagementFactory.getRuntimeMXBean().getPid());
    }
}
