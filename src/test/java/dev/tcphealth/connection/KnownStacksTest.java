package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Maze;
import dev.tcphealth.connection.CodePaths.BacktraceReader;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownStacksTest {

    private static final int MANY = 100 * KnownStacks.VERIFIED_ONE_IN;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final BacktraceReader reader = new BacktraceField();
    private final CodePaths paths = new CodePaths(1000, 32, List.of(), of -> {
        looks.incrementAndGet();
        return reader.backtrace(of);
    });

    private KnownStacks recogniseBy(Supplier<@Nullable AtomicReference<@Nullable CodePath>> note) {
        KnownStacks stacks = new KnownStacks(note, forgotten::incrementAndGet, () -> 4096);
        paths.recogniseBy(stacks);
        looks.set(0);
        return stacks;
    }

    private CodePath here() {
        return (CodePath) new Maze().apply(new int[0], paths::current);
    }

    @Test
    void aStackWithANoteIsLookedAtNowAndThen() {
        AtomicReference<@Nullable CodePath> note = new AtomicReference<>();
        recogniseBy(() -> note);
        for (int i = 0; i < MANY; i++) {
            assertThat(here().name()).contains("com.example.Maze");
        }
        assertThat(looks.get()).isBetween(20, 500);
        assertThat(paths.recognises()).isTrue();
        assertThat(forgotten).hasValue(0);
    }

    @Test
    void aStackThatCannotBeToldIsLookedAt() {
        recogniseBy(() -> null);
        for (int i = 0; i < 1000; i++) {
            assertThat(here().name()).contains("com.example.Maze");
        }
        assertThat(looks).hasValue(1000);
        assertThat(paths.recognises()).isTrue();
    }

    @Test
    void wrongNotesAreBelievedNoMore() {
        AtomicReference<@Nullable CodePath> note = new AtomicReference<>();
        recogniseBy(() -> {
            note.set(paths.preexisting());
            return note;
        });
        for (int i = 0; i < MANY && paths.recognises(); i++) {
            here();
        }
        assertThat(paths.recognises()).isFalse();
        assertThat(forgotten).hasValue(KnownStacks.MOST_MISTAKES);
        assertThat(here().name()).contains("com.example.Maze");
    }

    @Test
    void noEventIsLostWhereNotesCannotBeHad() {
        recogniseBy(() -> {
            throw new NoSuchMethodError("of another JDK");
        });
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(paths.recognises()).isFalse();
        recogniseBy(() -> {
            throw new IllegalStateException("of another JVM");
        });
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(paths.recognises()).isFalse();
    }

    /** Without memory a look shows nothing: that is no code path to note. */
    @Test
    void whatALookDoesNotShowIsNotNoted() {
        AtomicReference<@Nullable CodePath> note = new AtomicReference<>();
        CodePaths blind = new CodePaths(1000, 32, List.of(), new BacktraceReader() {
            private boolean understood;

            @Override
            public @Nullable Object backtrace(Throwable of) {
                boolean first = !understood;
                understood = true;
                return first ? reader.backtrace(of) : null;
            }
        });
        blind.recogniseBy(new KnownStacks(() -> note, () -> {}, () -> 0));
        assertThat(blind.fast()).isTrue();
        assertThat(blind.current()).isSameAs(blind.other());
        assertThat(note).hasNullValue();
    }

    @Test
    void whatTheyTakeIsCounted() {
        long before = paths.bytes();
        recogniseBy(() -> null);
        assertThat(paths.bytes()).isEqualTo(before + 4096);
    }

    @Test
    void notesAreThrownAwayEveryFewSeconds() {
        KnownStacks stacks = recogniseBy(AtomicReference::new);
        long now = System.nanoTime();
        stacks.forgetOld(now);
        assertThat(forgotten).hasValue(0);
        stacks.forgetOld(now + 6_000_000_000L);
        stacks.forgetOld(now + 6_000_000_000L);
        assertThat(forgotten).hasValue(1);
        stacks.forgetOld(now + 12_000_000_000L);
        assertThat(forgotten).hasValue(2);
    }
}
