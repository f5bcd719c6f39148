package dev.tcphealth.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** How a test talks to its child: the child says that it is ready, then answers each line in one line. */
final class Dialogue {

    /** What the child does. */
    interface Answers {
        /** What to print for the words of a line, which blanks separate. */
        String to(String[] words) throws Exception;
    }

    private Dialogue() {}

    /** Returns at the end of the standard input. */
    static void with(Answers answers) throws IOException {
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                System.out.println(answers.to(line.split(" ", -1)));
            } catch (Exception e) {
                System.out.println("error " + e);
            }
        }
    }
}
