package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.InterfaceRates;
import dev.tcphealth.report.Facts;
import dev.tcphealth.report.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.management.Attribute;
import javax.management.MBeanException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MBeansTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final TestAgent agent = new TestAgent();
    private final MBeans mbeans = new MBeans(server, agent);

    @AfterEach
    void close() {
        mbeans.close();
    }

    @Test
    void hostShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Host")).isEqualTo("""
                ActivePerSecond = 120.25
                AttemptFailsPerSecond = 0.5
                Close = 0
                CloseWait = 52
                Closing = 0
                CurrentEstablished = 105
                Established = 12
                EstablishedResetsPerSecond = 0.25
                FinWait1 = 0
                FinWait2 = 0
                InErrorsPerSecond = 0.125
                InSegmentsPerSecond = 2000.5
                LastAck = 0
                LimitEphemeralPorts = 28222
                LimitMaxOrphans = 16384
                LimitMaxTimeWait = 65536
                LimitOpenDescriptors = 1048576
                LimitPortRangeHigh = 60999
                LimitPortRangeLow = 32768
                LimitReservedPorts = 10
                LimitSomaxconn = 4096
                LimitTwReuse = 2
                LimitTwReuseDelayMillis = 1000
                Listen = 3
                NewSynRecv = 0
                OutResetsPerSecond = 1.5
                OutSegmentsPerSecond = 1900.25
                PassivePerSecond = 4.0
                RetransmissionPercent = 0.0123
                RetransmittedSegmentsPerSecond = 12.0
                SockstatAllocated = 70
                SockstatInUse = 60
                SockstatInUse6 = 5
                SockstatMemoryPages = 33
                SockstatOrphans = 1
                SockstatTimeWait = 1302
                SynRecv = 0
                SynSent = 0
                TimeWait = 1302
                TotalActiveOpens = 101
                TotalAttemptFails = 103
                TotalEstablishedResets = 104
                TotalInErrors = 109
                TotalInSegments = 106
                TotalListenDrops = 113
                TotalListenOverflows = -1
                TotalOutResets = 110
                TotalOutSegments = 107
                TotalPassiveOpens = 102
                TotalRetransmittedSegments = 108
                TotalSynRetransmits = 111
                """);
    }

    @Test
    void networkInterfaceShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Interface,name=eth0")).isEqualTo("""
                RxCompressedPerSecond = 0.1
                RxKilobytesPerSecond = 1.25
                RxMulticastPerSecond = 3.0
                RxPacketsPerSecond = 10.5
                TxCompressedPerSecond = 0.2
                TxKilobytesPerSecond = 2.25
                TxPacketsPerSecond = 20.5
                UtilisationPercent = NaN
                """);
    }

    @Test
    void jvmShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Jvm")).isEqualTo("""
                Accepted = 20
                Close = 0
                CloseWait = 51
                CloseWaitOthers = 1
                Closed = 1318
                ClosedByCollector = 2
                ClosesPerSecond = 118.5
                Closing = 0
                CoverageDescriptors = 54
                CoverageKnown = 51
                CoveragePercent = 94.4444
                CoverageStateless = 1
                Established = 3
                Failed = 3
                FinWait1 = 0
                FinWait2 = 0
                LastAck = 0
                Leaked = 1
                Listen = 0
                Listeners = 1
                Live = 54
                NewSynRecv = 0
                Opened = 1352
                OpensPerSecond = 120.25
                Preexisting = 0
                SynRecv = 0
                SynSent = 0
                TimeWait = 1300
                TimeWaitOthers = 2
                """);
    }

    @Test
    void codePathsShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=CodePaths")).isEqualTo("""
                CloseWait = 51
                Count = 5
                OldestCloseWaitSeconds = 754.0
                Table = 5 rows
                TimeWait = 1300
                WorstCloseWait = 50 com.acme.shop.Inventory.poll(Inventory.java:88)
                WorstTimeWait = 1000 com.acme.shop.Prices.lookup(Prices.java:42)
                """);
    }

    @Test
    void destinationsShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Destinations")).isEqualTo("""
                Count = 4
                Table = 4 rows
                """);
    }

    @Test
    void agentShowsTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Agent")).isEqualTo("""
                ClosedForgotten = 7
                CodePaths = 5
                CodePathsLimit = 2000
                ErrorsSwallowed = 0
                EstimatedBytes = 4096
                EventsDropped = 1
                HookSeconds = 1.5
                IntervalSeconds = 10.0
                LastSample = 2026-11-23T14:05:09Z
                LastSampleMillis = 12.0
                Missing = [interface speed: /sys/class/net/eth0/speed says -1, no sock_diag: refused]
                NativeAccess = JNA (tests)
                Options = 2 rows
                OverheadPercent = 1.25
                SamplerSeconds = 0.25
                Samples = 3
                StackAccess = recognised (tests)
                StacksOneIn = 8
                Version = 0.1.0
                """);
    }

    @Test
    void beforeTheFirstSampleEverythingIsUnknown() throws Exception {
        for (String type : List.of("type=Host", "type=Jvm")) {
            assertThat(attributes(type).lines()).isNotEmpty().allMatch(line -> line.matches("\\w+ = (-1|NaN)"));
        }
        assertThat(attributes("type=CodePaths")).isEqualTo("""
                CloseWait = -1
                Count = -1
                OldestCloseWaitSeconds = NaN
                Table = 0 rows
                TimeWait = -1
                WorstCloseWait =\s
                WorstTimeWait =\s
                """);
        assertThat(attributes("type=Destinations")).isEqualTo("""
                Count = -1
                Table = 0 rows
                """);
        assertThat(attributes("type=Agent")).contains("LastSample = null\n", "LastSampleMillis = NaN\n");
    }

    @Test
    void listenersShowTheSnapshot() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Listeners")).isEqualTo("""
                Count = 1
                Queue = 3
                Table = 1 rows
                """);
        assertThat(values(rows("type=Listeners").get(0)))
                .hasToString(
                        "{About=0.0.0.0:8443: 3 of 128 wait, opened by Main.main(Main.java:21), Backlog=128, CodePath=com.acme.shop.Main.main(Main.java:21), Inode=4711,"
                                + " Name=0.0.0.0:8443, Queue=3, Rank=1}");
    }

    @Test
    void tablesAreSortedByWhatHurtsMost() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        List<CompositeData> paths = rows("type=CodePaths");
        assertThat(paths).extracting(row -> row.get("Rank")).containsExactly(1, 2, 3, 4, 5);
        assertThat(paths).extracting(row -> row.get("Id")).containsExactly(7, 9, 3, 4, 1);
        assertThat(values(paths.get(1)))
                .hasToString(
                        "{About=Inventory.poll(Inventory.java:88): 50 CLOSE_WAIT, 52 live, Accepted=0, ActiveFin=7, BytesReceived=3000000, BytesSent=1500000, CloseWait=50, Closed=0, ClosedByCollector=0, Deferred=5, Established=2, Estimated=false,"
                                + " ExchangesAtMost=900, Failed=0, HalfClosed=4, Id=9, LifetimeMedianMillis=15.359, Live=52,"
                                + " Name=com.acme.shop.Inventory.poll(Inventory.java:88), NoLocalPort=2, NotConnected=6,"
                                + " OldestCloseWaitSeconds=754.0, Opened=52, OurReset=1, PassiveFin=2, PeerReset=3,"
                                + " Rank=2, RetransmissionPercent=0.3, SegmentsRetransmitted=60, SegmentsSent=20000, SynRetransmitted=20, TimeWait=0, TimeWaitByCloser=0}");
        assertThat(values(rows("type=Destinations").get(0)))
                .containsAllEntriesOf(Map.of("Name", "10.0.0.5:8080", "Rank", 1, "TimeWait", 1000L, "Total", 1000L));
        assertThat(values(rows("type=Destinations").get(1)))
                .hasToString(
                        "{About=10.0.0.9:9200: 50 CLOSE_WAIT, 52 live, ActiveFin=7, BytesReceived=3000000, BytesSent=1500000, CloseWait=50, ConnectFailed=0, ConnectMedianMillis=0.415, ConnectP99Millis=1.535,"
                                + " Connected=52, Deferred=5, Established=2, ExchangesAtMost=900, HalfClosed=4, Inbound=false, LifetimeMedianMillis=15.359, Live=52,"
                                + " Name=10.0.0.9:9200, NoLocalPort=2, OurReset=1, PassiveFin=2, PeerReset=3, PortsLeft=28180, PortsUsed=52, Rank=2,"
                                + " Refused=3, RetransmissionPercent=0.3, SegmentsRetransmitted=60, SegmentsSent=20000, SynRetransmitted=20, SynSent=0, TimeWait=0, TimedOut=1, Total=52, Unreachable=0}");
    }

    @Test
    void tablesAreBoundedAndTheirTotalsAreNot() throws Exception {
        mbeans.show(Samples.huge(), HealthReport.NONE);
        assertThat(rows("type=CodePaths")).hasSize(Facts.MOST_ROWS);
        assertThat(rows("type=Destinations")).hasSize(Facts.MOST_ROWS);
        assertThat(server.getAttribute(name("type=CodePaths"), "Count")).isEqualTo(10_000L);
        assertThat(server.getAttribute(name("type=CodePaths"), "TimeWait")).isEqualTo(50_005_000L);
    }

    @Test
    void oneOfTheTopCodePathsShowsItsRow() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(names("CodePath"))
                .containsExactlyInAnyOrder(
                        "Prices.lookup(Prices.java:42)",
                        "Inventory.poll(Inventory.java:88)",
                        "Pool.connect(Pool.java:17)",
                        "Pool.evict(Pool.java:64)",
                        "(opened before the agent)");
        String poll = "type=CodePath,name=\"Inventory.poll(Inventory.java:88)\"";
        assertThat(attributes(poll)).isEqualTo("""
                Accepted = 0
                ActiveFin = 7
                BytesReceived = 3000000
                BytesSent = 1500000
                CloseWait = 50
                Closed = 0
                ClosedByCollector = 0
                ClosesPerSecond = NaN
                ConnectFailed = 0
                ConnectMedianMillis = 0.415
                ConnectP99Millis = 1.535
                Connected = 52
                Established = 2
                Estimated = false
                Failed = 0
                Id = 9
                Leaked = 0
                LifetimeMedianMillis = 15.359
                Live = 52
                Name = com.acme.shop.Inventory.poll(Inventory.java:88)
                NoLocalPort = 2
                OldestCloseWaitSeconds = 754.0
                Opened = 52
                OpensPerSecond = NaN
                OurReset = 1
                PassiveFin = 2
                PeerReset = 3
                Refused = 3
                RetransmissionPercent = 0.3
                SegmentsRetransmitted = 60
                SegmentsRetransmittedPerSecond = NaN
                SegmentsSent = 20000
                SegmentsSentPerSecond = NaN
                SynRetransmitted = 20
                TimeWait = 0
                TimeWaitByCloser = 0
                TimedOut = 1
                Unreachable = 0
                """);
        assertThat(server.invoke(name(poll), "stack", null, null)).isEqualTo(stack(9));

        mbeans.show(Samples.after(Duration.ofSeconds(10), List.of()), HealthReport.NONE);
        assertThat(names("CodePath")).as("they stay for a while").hasSize(5);
        assertThat(attributes(poll)).contains("CloseWait = -1\n", "Name = \n", "OldestCloseWaitSeconds = NaN\n");
        assertThatThrownBy(() -> server.invoke(name(poll), "stack", null, null))
                .isInstanceOf(MBeanException.class)
                .hasMessageContaining("no sockets since the last reset");
        mbeans.show(Samples.after(Top.LINGER.plusSeconds(10), List.of()), HealthReport.NONE);
        assertThat(names("CodePath")).isEmpty();
    }

    @Test
    void oneOfTheTopDestinationsShowsItsRow() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(names("Destination"))
                .containsExactlyInAnyOrder(
                        "10.0.0.5:8080", "10.0.0.9:9200", "[2001:db8::7]:5432", "accepted on 10.0.0.1:8443");
        assertThat(attributes("type=Destination,name=\"10.0.0.9:9200\""))
                .contains(
                        "CloseWait = 50\n",
                        "ConnectionsPerSecond = NaN\n",
                        "Live = 52\n",
                        "Name = 10.0.0.9:9200\n",
                        "PortsLeft = 28180\n",
                        "PortsUsed = 52\n",
                        "SegmentsRetransmitted = 60\n",
                        "Total = 52\n");
    }

    @Test
    void aListenerShowsItsQueueAndItsHostsOverflows() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(attributes("type=Listener,name=\"0.0.0.0:8443\"")).isEqualTo("""
                Accepts = 20
                AcceptsPerSecond = NaN
                Backlog = 128
                CodePath = com.acme.shop.Main.main(Main.java:21)
                HostListenDrops = 113
                HostListenOverflows = -1
                Inode = 4711
                Name = 0.0.0.0:8443
                Queue = 3
                QueuePercent = 2.3438
                """);
    }

    @Test
    void ratesAreThoseOfTheLastInterval() throws Exception {
        mbeans.show(Samples.many(1), HealthReport.NONE);
        ObjectName one = name("type=CodePath,name=\"Client0.call(Client0.java:42)\"");
        assertThat(server.getAttribute(one, "OpensPerSecond")).isEqualTo(Double.NaN);
        CodePathStats path = Samples.many(1).codePaths().get(0);
        mbeans.show(
                Samples.after(Duration.ofSeconds(10), List.of(Samples.opened(path, path.opened() + 25))),
                HealthReport.NONE);
        assertThat(server.getAttribute(one, "OpensPerSecond")).isEqualTo(2.5);
        mbeans.show(Samples.after(Duration.ofSeconds(20), List.of(Samples.opened(path, 3))), HealthReport.NONE);
        assertThat(server.getAttribute(one, "OpensPerSecond"))
                .as("after a reset")
                .isEqualTo(Double.NaN);
    }

    @Test
    void namesOfAnyKindAreObjectNames() throws Exception {
        mbeans.show(Samples.hostile(), HealthReport.NONE);
        assertThat(names("CodePath")).singleElement().asString().isSubstringOf(Samples.HOSTILE);
        assertThat(names("Destination")).containsExactly(Samples.HOSTILE);
        for (ObjectName name : ours()) {
            assertThat(name.isPattern()).isFalse();
            assertThat(new ObjectName(name.toString())).isEqualTo(name);
        }
    }

    @Test
    void sameNamesAreToldApartForGood() throws Exception {
        CodePathStats one = Samples.bad().codePaths().get(0);
        CodePathStats other = Samples.called(one, 70);
        mbeans.show(Samples.after(Duration.ZERO, List.of(one)), HealthReport.NONE);
        mbeans.show(Samples.after(Duration.ZERO, List.of(other, one)), HealthReport.NONE);
        assertThat(names("CodePath"))
                .containsExactlyInAnyOrder("Prices.lookup(Prices.java:42)", "Prices.lookup(Prices.java:42) #70");
        mbeans.show(Samples.after(Top.LINGER.plusSeconds(1), List.of(other)), HealthReport.NONE);
        assertThat(names("CodePath")).containsExactly("Prices.lookup(Prices.java:42) #70");
    }

    @Test
    void mbeansOfRowsAreBounded() throws Exception {
        mbeans.show(Samples.huge(), HealthReport.NONE);
        assertThat(names("CodePath")).hasSize(MBeans.MOST_OF_A_TABLE).allMatch(name -> name.length() < 250);
        assertThat(names("Destination")).hasSize(MBeans.MOST_OF_A_TABLE);
        List<CodePathStats> paths = Samples.huge().codePaths();
        for (int i = 0; i < 1000; i += 10) {
            mbeans.show(Samples.after(Duration.ofSeconds(i), paths.subList(i, i + 30)), HealthReport.NONE);
            assertThat(names("CodePath")).hasSizeLessThanOrEqualTo(2 * MBeans.MOST_OF_A_TABLE);
        }
    }

    @Test
    void aCodePathsNameTakenByAnotherIsLeftOutAndSaidSo() throws Exception {
        ObjectName taken = name("type=CodePath,name=\"Pool.connect(Pool.java:17)\"");
        server.registerMBean(stranger(), taken);
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat((String[]) server.getAttribute(name("type=Agent"), "Missing"))
                .anyMatch(line -> line.contains(taken + " is taken"));
        server.unregisterMBean(taken);
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(server.getAttribute(taken, "Id")).isEqualTo(3L);
        assertThat((String[]) server.getAttribute(name("type=Agent"), "Missing"))
                .noneMatch(line -> line.contains("taken"));
    }

    @Test
    void everythingIsDescribed() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        for (ObjectName name : ours()) {
            MBeanInfo info = server.getMBeanInfo(name);
            assertThat(info.getDescription()).hasSizeGreaterThan(20);
            List<MBeanFeatureInfo> features = new ArrayList<>(Arrays.asList(info.getAttributes()));
            for (MBeanOperationInfo operation : info.getOperations()) {
                features.add(operation);
                features.addAll(Arrays.asList(operation.getSignature()));
            }
            assertThat(features)
                    .allSatisfy(feature -> assertThat(feature.getDescription())
                            .as("%s %s", name, feature.getName())
                            .isNotBlank());
        }
        assertThat(server.getMBeanInfo(name("type=CodePaths")).getOperations())
                .extracting(MBeanOperationInfo::getName)
                .containsExactlyInAnyOrder("stack", "reset");
    }

    @Test
    void operationsReachTheAgent() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(stack(9)).asString().isEqualTo("""
                com.acme.shop.Inventory.poll(Inventory.java:88)
                    at com.acme.shop.Inventory.poll(Inventory.java:88)
                    at com.acme.shop.Checkout.run(Checkout.java:103)
                    at java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
                    at java.lang.Thread.run(Thread.java:1474)
                """);
        assertThat(stack(1)).asString().contains("(no stack)");
        assertThatThrownBy(() -> stack(99))
                .isInstanceOf(MBeanException.class)
                .hasMessage("There is no code path with the id 99");

        assertThat(server.invoke(name("type=Health"), "report", null, null)).isEqualTo("a report");
        Object[] path = {"/tmp/report"};
        Object[] none = {null};
        String[] text = {String.class.getName()};
        assertThat(server.invoke(name("type=Agent"), "writeReport", path, text)).isEqualTo("/tmp/report");
        assertThatThrownBy(() -> server.invoke(name("type=Agent"), "writeReport", none, text))
                .isInstanceOf(MBeanException.class)
                .hasMessage("no path");

        server.invoke(name("type=CodePaths"), "reset", null, null);
        assertThat(agent.resets).isEqualTo(1);

        interval(0.5);
        assertThat(agent.interval()).hasMillis(500);
        for (double wrong : new double[] {0, 0.01, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e9}) {
            assertThatThrownBy(() -> interval(wrong))
                    .isInstanceOf(MBeanException.class)
                    .hasMessage("interval: 0.1 s to 1 h");
        }
        assertThat(agent.interval()).hasMillis(500);
    }

    @Test
    void interfacesComeAndGo() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(interfaces()).containsExactlyInAnyOrder("eth0", "lo");
        mbeans.show(Samples.with(Samples.bad(), List.of(Samples.lo())), HealthReport.NONE);
        assertThat(interfaces()).containsExactly("lo");
        mbeans.show(Samples.hostile(), HealthReport.NONE);
        assertThat(interfaces()).containsExactly(Samples.HOSTILE);
        mbeans.show(Samples.huge(), HealthReport.NONE);
        assertThat(interfaces()).isEmpty();
    }

    /** jmxutils kept each name for ever, and refused one that came back. */
    @Test
    void whatHasGoneComesBackUnderItsNameAndNothingIsKept() throws Exception {
        for (int i = 0; i < 10_000; i += 40) {
            mbeans.show(Samples.with(Samples.bad(), interfacesFrom(i, 40)), HealthReport.NONE);
            assertThat(interfaces()).hasSize(40).contains("veth" + i);
            server.unregisterMBean(name("type=Interface,name=veth" + i));
        }
        assertThat(mbeans.exported()).isLessThan(200);
        for (int i = 0; i < 10_000; i += 1000) {
            mbeans.show(Samples.with(Samples.bad(), interfacesFrom(i, 3)), HealthReport.NONE);
            assertThat(interfaces()).containsExactlyInAnyOrder("veth" + i, "veth" + (i + 1), "veth" + (i + 2));
            assertThat(missing()).noneMatch(line -> line.contains("veth"));
        }
    }

    /** An application may unregister all there is, such as at the end of a test. */
    @Test
    void whatAnotherHasUnregisteredComesBackOnceItWasGone() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        server.unregisterMBean(name("type=Interface,name=lo"));
        mbeans.show(Samples.with(Samples.bad(), List.of()), HealthReport.NONE);
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(interfaces()).contains("lo");
        assertThat(missing()).noneMatch(line -> line.contains("name=lo"));
    }

    @Test
    void interfacesWithAnMBeanAreBounded() throws Exception {
        mbeans.show(Samples.with(Samples.bad(), interfacesFrom(0, 1000)), HealthReport.NONE);
        assertThat(interfaces())
                .hasSize(MBeans.MOST_INTERFACES)
                .contains("veth0", "veth49")
                .doesNotContain("veth50");
        assertThat(missing()).contains("only the first 50 network interfaces have an MBean: 950 have none");
    }

    private String[] missing() throws Exception {
        return (String[]) server.getAttribute(name("type=Agent"), "Missing");
    }

    private static List<InterfaceRates> interfacesFrom(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> new InterfaceRates("veth" + i, 0, 0, 0, 0, 0, 0, 0, 0))
                .toList();
    }

    @Test
    void aNameTakenByAnotherIsAClearErrorAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> new MBeans(server, agent))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the MBean name tcphealth:type=Health is taken by something else in this JVM,"
                        + " perhaps a second agent");
        assertThat(ours()).hasSize(7);

        MBeanServer other = MBeanServerFactory.newMBeanServer();
        other.registerMBean(stranger(), name("type=Agent"));
        assertThatThrownBy(() -> new MBeans(other, agent)).hasMessageContaining("tcphealth:type=Agent");
        assertThat(other.queryNames(name("*"), null)).containsExactly(name("type=Agent"));
    }

    @Test
    void anInterfaceNameTakenByAnotherIsLeftOutAndSaidSo() throws Exception {
        server.registerMBean(stranger(), name("type=Interface,name=lo"));
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(interfaces()).containsExactlyInAnyOrder("eth0", "lo");
        assertThat((String[]) server.getAttribute(name("type=Agent"), "Missing"))
                .anyMatch(line -> line.contains("tcphealth:type=Interface,name=lo is taken"));
        mbeans.close();
        assertThat(ours()).containsExactly(name("type=Interface,name=lo"));
    }

    @Test
    void closeTakesAwayEverythingOnceAndForAll() throws Exception {
        mbeans.show(Samples.bad(), HealthReport.NONE);
        server.unregisterMBean(name("type=Host"));
        server.unregisterMBean(name("type=Interface,name=lo"));
        mbeans.close();
        mbeans.close();
        mbeans.show(Samples.bad(), HealthReport.NONE);
        assertThat(ours()).isEmpty();
    }

    private String attributes(String properties) throws Exception {
        String[] names = Arrays.stream(server.getMBeanInfo(name(properties)).getAttributes())
                .map(MBeanFeatureInfo::getName)
                .sorted()
                .toArray(String[]::new);
        StringBuilder text = new StringBuilder();
        for (Attribute attribute : server.getAttributes(name(properties), names).asList()) {
            Object value = attribute.getValue();
            Object shown = value instanceof TabularData table
                    ? table.size() + " rows"
                    : value instanceof String[] lines
                            ? Arrays.toString(lines)
                            : value instanceof Date date ? date.toInstant() : value;
            text.append(attribute.getName()).append(" = ").append(shown).append('\n');
        }
        return text.toString();
    }

    @SuppressWarnings("unchecked")
    private List<CompositeData> rows(String properties) throws Exception {
        TabularData table = (TabularData) server.getAttribute(name(properties), "Table");
        return List.copyOf((Collection<CompositeData>) table.values());
    }

    private static Map<String, Object> values(CompositeData row) {
        Map<String, Object> values = new TreeMap<>();
        row.getCompositeType().keySet().forEach(column -> values.put(column, row.get(column)));
        return values;
    }

    private Object stack(int id) throws Exception {
        return server.invoke(name("type=CodePaths"), "stack", new Object[] {id}, new String[] {"int"});
    }

    private void interval(double seconds) throws Exception {
        server.setAttribute(name("type=Agent"), new Attribute("IntervalSeconds", seconds));
    }

    private List<String> interfaces() throws Exception {
        return names("Interface");
    }

    private List<String> names(String type) throws Exception {
        return server.queryNames(name("type=" + type + ",*"), null).stream()
                .map(name -> name.getKeyProperty("name"))
                .map(name -> name.startsWith("\"") ? ObjectName.unquote(name) : name)
                .toList();
    }

    private List<ObjectName> ours() throws Exception {
        return List.copyOf(server.queryNames(name("*"), null));
    }

    private static ObjectName name(String properties) throws Exception {
        return new ObjectName("tcphealth:" + properties);
    }

    private static Object stranger() throws Exception {
        return new StandardMBean(() -> {}, Runnable.class);
    }
}
