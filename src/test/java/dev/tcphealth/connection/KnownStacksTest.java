package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Maze;
import dev.tcphealth.connection.CodePaths.BacktraceReader;
import dev.tcphealth.connection.KnownStacks.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownStacksTest {

    private static final int MANY = 100 * KnownStacks.VERIFIED_ONE_IN;

    private final AtomicInteger captures = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final BacktraceReader reader = new BacktraceField();
    private final Governor governor = new Governor(5, 0);
    private final CodePaths paths = new CodePaths(
            1000,
            32,
            List.of(),
            of -> {
                captures.incrementAndGet();
                return reader.backtrace(of);
            },
            governor);
    private final AtomicReference<@Nullable Note> note = new AtomicReference<>();
    private long now;

    private KnownStacks matchBy(Supplier<@Nullable AtomicReference<@Nullable Note>> place) {
        KnownStacks stacks = new KnownStacks(place, forgotten::incrementAndGet, () -> 4096);
        paths.matchBy(stacks);
        captures.set(0);
        return stacks;
    }

    private CodePath here() {
        return (CodePath) new Maze().apply(new int[0], () -> paths.current(now));
    }

    @Test
    void aStackWithANoteIsVerifiedNowAndThen() {
        KnownStacks stacks = matchBy(() -> note);
        for (int i = 0; i < MANY; i++) {
            assertThat(here().name()).contains("com.example.Maze");
        }
        assertThat(captures.get()).isBetween(20, 500);
        assertThat(stacks.mistakes()).isZero();
        assertThat(stacks.description()).isEqualTo("matched by their physical frames");
    }

    /** A mistake must be found whatever the agent costs. */
    @Test
    void theBudgetDoesNotThinOutVerification() {
        matchBy(() -> note);
        here();
        for (int second = 1; second <= 20; second++) {
            for (int i = 0; i < 2000; i++) {
                governor.looked();
            }
            governor.hooks(900_000_000, 1000, second * 1_000_000_000L);
        }
        assertThat(governor.oneIn()).isEqualTo(Governor.FEWEST);
        captures.set(0);
        for (int i = 0; i < MANY; i++) {
            assertThat(here().name()).contains("com.example.Maze");
        }
        assertThat(captures.get()).isBetween(20, 500);
    }

    @Test
    void aStackThatCannotBeMatchedIsCaptured() {
        KnownStacks stacks = matchBy(() -> null);
        for (int i = 0; i < 1000; i++) {
            assertThat(here().name()).contains("com.example.Maze");
        }
        assertThat(captures).hasValue(1000);
        assertThat(stacks.failure()).isNull();
    }

    /** Whatever the interval of the sampler is. */
    @Test
    void anOldNoteCountsNoMore() {
        KnownStacks stacks = matchBy(() -> note);
        note.set(new Note(paths.preexisting(), 0));
        now = KnownStacks.LONGEST_NANOS;
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(captures).hasValue(1);
        assertThat(stacks.mistakes()).isEqualTo(1);
        assertThat(KnownStacks.isFresh(new Note(paths.preexisting(), 1), now)).isTrue();
    }

    @Test
    void aMistakeIsCorrectedAndCounted() {
        KnownStacks stacks = matchBy(() -> note);
        note.set(new Note(paths.preexisting(), now));
        List<CodePath> found = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            found.add(here());
        }
        int corrected = 0;
        while (found.get(corrected).equals(paths.preexisting())) {
            corrected++;
        }
        CodePath right = found.get(corrected);
        assertThat(right.name()).contains("com.example.Maze");
        assertThat(found.subList(corrected, MANY)).containsOnly(right);
        assertThat(stacks.description()).isEqualTo("matched by their physical frames (1 mistake found and corrected)");
        assertThat(forgotten).hasValue(0);
    }

    private void makeMistakes(int count) {
        for (int i = 0; i < count; i++) {
            note.set(new Note(paths.preexisting(), now - KnownStacks.LONGEST_NANOS));
            here();
        }
    }

    @Test
    void matchingPausesAfterSeveralMistakesAndComesBack() {
        KnownStacks stacks = matchBy(() -> note);
        now = System.nanoTime();
        makeMistakes(KnownStacks.MISTAKES_TO_PAUSE);
        assertThat(forgotten).hasValue(1);
        assertThat(stacks.description()).startsWith("captured for some minutes").contains("3 mistakes");
        assertThat(stacks.place()).isNull();
        captures.set(0);
        note.set(new Note(paths.preexisting(), now));
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(captures).hasValue(1);
        KnownStacks later = matchBy(() -> note);
        now -= 2 * KnownStacks.PAUSE_NANOS;
        makeMistakes(KnownStacks.MISTAKES_TO_PAUSE);
        assertThat(later.place()).isSameAs(note);
        assertThat(later.description()).startsWith("matched");
    }

    @Test
    void mistakesThatAreRareDoNotAddUp() {
        KnownStacks stacks = matchBy(() -> note);
        now = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            makeMistakes(1);
            now += 2 * KnownStacks.PAUSE_NANOS;
        }
        assertThat(stacks.mistakes()).isEqualTo(10);
        assertThat(forgotten).hasValue(0);
        assertThat(stacks.place()).isSameAs(note);
    }

    /** While a stack is captured, its code may be replaced: then it has another place, or none. */
    @Test
    void aStackThatIsMatchedNoLongerIsNoMistake() {
        AtomicInteger asked = new AtomicInteger();
        KnownStacks stacks = matchBy(() -> asked.incrementAndGet() % 2 == 1 ? note : null);
        makeMistakes(10);
        assertThat(stacks.mistakes()).isZero();
    }

    @Test
    void aCodePathThatHadNoRoomIsNoMistake() {
        KnownStacks stacks = matchBy(() -> note);
        note.set(new Note(paths.other(), now - KnownStacks.LONGEST_NANOS));
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(stacks.mistakes()).isZero();
    }

    @Test
    void noEventIsLostWhereMatchingFails() {
        KnownStacks first = matchBy(() -> {
            throw new NoSuchMethodError("of another JDK");
        });
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(first.description()).isEqualTo("captured: java.lang.NoSuchMethodError: of another JDK");
        KnownStacks second = matchBy(() -> {
            throw new IllegalStateException("of another JVM");
        });
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(second.failure()).contains("of another JVM");
        assertThat(second.place()).isNull();
    }

    @Test
    void theApplicationsLackOfStackOrHeapIsNoFailure() {
        KnownStacks stacks = matchBy(() -> {
            throw captures.get() % 2 == 0 ? new StackOverflowError() : new OutOfMemoryError();
        });
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(here().name()).contains("com.example.Maze");
        assertThat(stacks.failure()).isNull();
    }

    /** Without memory capturing shows nothing: that is no code path to note. */
    @Test
    void whatCapturingDoesNotShowIsNotNoted() {
        CodePaths blind = new CodePaths(1000, 32, List.of(), new BacktraceReader() {
            private boolean understood;

            @Override
            public @Nullable Object backtrace(Throwable of) {
                boolean first = !understood;
                understood = true;
                return first ? reader.backtrace(of) : null;
            }
        });
        blind.matchBy(new KnownStacks(() -> note, () -> {}, () -> 0));
        assertThat(blind.fast()).isTrue();
        assertThat(blind.current()).isSameAs(blind.other());
        assertThat(note).hasNullValue();
    }

    @Test
    void whatTheyTakeIsCounted() {
        long before = paths.bytes();
        matchBy(() -> null);
        assertThat(paths.bytes()).isEqualTo(before + 4096);
    }
}
