package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.connection.Connection.Kind;
import java.io.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTableTest {

    private static final CodePath PATH = new CodePath(0, 0, 0, "path", List.of(), null);

    private final ConnectionTable table = new ConnectionTable();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 20_000, 1_048_575})
    void keepsOneConnectionForEachNumber(int number) {
        Connection first = connection(number);
        assertThat(table.get(number)).isNull();
        assertThat(table.put(first)).isNull();
        assertThat(table.get(number)).isSameAs(first);
        Connection second = connection(number);
        assertThat(table.put(second)).isSameAs(first);
        assertThat(all()).containsExactly(second);

        assertThat(table.remove(first)).as("it is not there any more").isFalse();
        assertThat(table.get(number)).isSameAs(second);
        assertThat(table.remove(second)).isTrue();
        assertThat(table.remove(second)).isFalse();
        assertThat(table.get(number)).isNull();
        assertThat(all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 1_048_576, Integer.MAX_VALUE})
    void storesNothingOutOfBounds(int number) {
        assertThat(ConnectionTable.inBounds(number)).isFalse();
        assertThat(table.put(connection(number))).isNull();
        assertThat(table.get(number)).isNull();
        assertThat(table.remove(connection(number))).isFalse();
        assertThat(all()).isEmpty();
    }

    @Test
    void visitsInTheOrderOfTheNumbers() {
        for (int number : new int[] {5000, 3, 1024, 0, 1023}) {
            table.put(connection(number));
        }
        assertThat(all()).extracting(connection -> connection.number).containsExactly(0, 3, 1023, 1024, 5000);
    }

    private List<Connection> all() {
        List<Connection> all = new ArrayList<>();
        table.forEach(all::add);
        return all;
    }

    private static Connection connection(int number) {
        return new Connection(new FileDescriptor(), number, Kind.OPENED, PATH, false);
    }
}
