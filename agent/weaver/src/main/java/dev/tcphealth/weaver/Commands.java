package dev.tcphealth.weaver;

import dev.tcphealth.cli.Main;
import java.nio.file.Path;
import java.util.function.ToIntBiFunction;

/** {@link Main} for the launcher, which sees JDK types only: arguments and the agent's jar to the exit code. */
public final class Commands implements ToIntBiFunction<String[], Path> {

    @Override
    public int applyAsInt(String[] args, Path agentJar) {
        return Main.run(args, agentJar);
    }
}
