package dev.tcphealth.weaver;

import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with options, or null: for the launcher, which sees JDK types only. */
public final class OptionCheck implements UnaryOperator<@Nullable String> {

    @Override
    public @Nullable String apply(@Nullable String options) {
        try {
            Options.parse(options);
            return null;
        } catch (OptionException e) {
            return e.getMessage();
        }
    }
}
