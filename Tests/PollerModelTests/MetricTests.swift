import PollerModel
import Testing

@Suite struct MetricTests {
    private func moment(_ seconds: Int64) -> Moment {
        Moment(
            wall: Timestamp(seconds: 1_700_000_000 + seconds),
            monotonic: MonotonicTime(milliseconds: seconds * 1_000))
    }

    private func numbers() -> DaemonNumbers {
        var summary = PollSummary(startedAt: Timestamp(seconds: 1_700_000_000))
        summary.polls = 7
        summary.lastTick = moment(59).monotonic
        summary.timing.took(microseconds: 2_000, at: moment(10).monotonic)
        summary.timing.began(lateMicroseconds: 500, at: moment(10).monotonic)
        var numbers = DaemonNumbers(at: moment(60), summary: summary)
        numbers.sessions = 2
        numbers.devices.take(.up, reason: nil)
        numbers.devices.take(.down, reason: "no_answer")
        numbers.web.responses[.init(.api, status: 204)] = 3
        numbers.process.residentBytes = 123_456
        numbers.process.virtualBytes = 234_567
        numbers.process.openFiles = 17
        numbers.process.mostOpenFiles = 1_024
        numbers.process.threads = 9
        return numbers
    }

    @Test func `a counter is named as each format wants it`() {
        let family = MetricFamily(
            "x_bytes", .counter, unit: "bytes", "Bytes.", samples: [.init([], .number(2.5))])
        #expect(
            MetricText.text([family], .prometheus)
                == "# HELP x_bytes_total Bytes.\n# TYPE x_bytes_total counter\nx_bytes_total 2.5\n")
        #expect(
            MetricText.text([family], .openMetrics) == """
                # HELP x_bytes Bytes.
                # TYPE x_bytes counter
                # UNIT x_bytes bytes
                x_bytes_total 2.5
                # EOF

                """)
    }

    @Test func `no value of a label ends its quotes or its line`() {
        let hostile = "a\"b\\c\nd"
        let family = MetricFamily(
            "x", .gauge, "Says \"x\\y\"\nand more.",
            samples: [.init([.init("l", hostile)], .number(1))])
        let line = "x{l=\"a\\\"b\\\\c\\nd\"} 1\n"
        #expect(
            MetricText.text([family], .prometheus)
                == "# HELP x Says \"x\\\\y\"\\nand more.\n# TYPE x gauge\n" + line)
        #expect(
            MetricText.text([family], .openMetrics)
                == "# HELP x Says \\\"x\\\\y\\\"\\nand more.\n# TYPE x gauge\n" + line
                + "# EOF\n")
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0, "0"), (-3, "-3"),
        (1e15, "1000000000000000"), (1e16, "1e+16"), (0.25, "0.25"),
    ])
    func `numbers are written as both formats read them`(number: Double, text: String) {
        let family = MetricFamily("x", .gauge, "X.", samples: [.init([], .number(number))])
        #expect(MetricText.text([family], .prometheus).hasSuffix("\nx \(text)\n"))
    }

    @Test func `a histogram counts what is at a bound below it, and all in the last`() {
        var histogram = DurationHistogram(bounds: [0.1, 1])
        for microseconds: Int64 in [100_000, 100_001, 1_000_000, 1_000_001, -5] {
            histogram.take(microseconds: microseconds)
        }
        #expect(histogram.cumulative.map(\.count) == [2, 4, 5])
        #expect(histogram.count == 5)
        let family = MetricFamily(
            "d_seconds", .histogram, unit: "seconds", "D.",
            samples: [.init([.init("k", "v")], .durations(histogram))])
        #expect(
            MetricText.text([family], .prometheus) == """
                # HELP d_seconds D.
                # TYPE d_seconds histogram
                d_seconds_bucket{k="v",le="0.1"} 2
                d_seconds_bucket{k="v",le="1.0"} 4
                d_seconds_bucket{k="v",le="+Inf"} 5
                d_seconds_sum{k="v"} 2.200002
                d_seconds_count{k="v"} 5

                """)
    }

    @Test func `the largest is that of this minute and the one before`() {
        var largest = RecentLargest()
        largest.take(9, at: MonotonicTime(milliseconds: 59_999))
        largest.take(4, at: MonotonicTime(milliseconds: 60_000))
        #expect(largest.value(at: MonotonicTime(milliseconds: 119_999)) == 9)
        #expect(largest.value(at: MonotonicTime(milliseconds: 120_000)) == 4)
        #expect(largest.value(at: MonotonicTime(milliseconds: 180_000)) == 0)
    }

    @Test func `a family has no more samples than its limit`() {
        let samples = (0...MetricFamily.mostSamples).map {
            MetricFamily.Sample([.init("n", "\($0)")], .number(1))
        }
        #expect(
            MetricFamily("x", .gauge, "X.", samples: samples).samples.count
                == MetricFamily.mostSamples)
    }

    @Test func `reasons beyond their limit are put together`() {
        var tally = DeviceTally()
        for number in 0...DeviceTally.mostReasons { tally.take(.down, reason: "r\(number)") }
        tally.take(.down, reason: "r0")
        #expect(tally.reasons.count == DeviceTally.mostReasons + 1)
        #expect(tally.reasons["other"] == 1)
        #expect(tally.reasons["r0"] == 2)
        #expect(tally.states == [.down: DeviceTally.mostReasons + 2])
    }

    @Test func `every metric has a name of its own, a sentence, and at least one sample`() {
        let families = numbers().families
        #expect(families.count > 50)
        #expect(Set(families.map(\.name)).count == families.count)
        for family in families {
            #expect(family.name.wholeMatch(of: /[a-z][a-z_]*[a-z]/) != nil, "\(family.name)")
            #expect(!family.name.hasSuffix("_total"), "\(family.name)")
            #expect(family.help.hasSuffix("."), "\(family.name)")
            #expect(!family.samples.isEmpty, "\(family.name)")
        }
    }

    @Test func `metrics say what was counted`() {
        let text = MetricText.text(numbers().families, .prometheus)
        for line in [
            "pollerd_polls_total 7", "pollerd_sessions 2", "pollerd_uptime_seconds 60",
            "pollerd_devices{state=\"up\"} 1", "pollerd_devices{state=\"disabled\"} 0",
            "pollerd_devices_failing{reason=\"no_answer\"} 1",
            "pollerd_http_requests_total{group=\"api\",status=\"2xx\"} 3",
            "pollerd_poll_longest_seconds 0.002", "process_max_fds 1024",
            "pollerd_poll_loop_age_seconds 1", "process_open_fds 17", "process_threads 9",
            "process_resident_memory_bytes 123456", "process_virtual_memory_bytes 234567",
            "pollerd_poll_duration_seconds_bucket{le=\"0.005\"} 1",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }

    @Test func `what is not known is left out, and is never 0`() {
        let unknown = DaemonNumbers(
            at: moment(60), summary: PollSummary(startedAt: Timestamp(seconds: 1_700_000_000)))
        let names = Set(unknown.families.map(\.name))
        for name in [
            "pollerd_poll_loop_age_seconds", "pollerd_sessions", "process_open_fds",
            "process_max_fds", "process_threads", "process_resident_memory_bytes",
            "process_virtual_memory_bytes",
        ] {
            #expect(!names.contains(name), "\(name)")
            #expect(numbers().families.contains { $0.name == name }, "\(name)")
        }
        for object in [DaemonObject.residentBytes, .openFiles, .threads] {
            #expect(object.value(in: unknown) == .noSuchObject)
            #expect(object.value(in: numbers()) != .noSuchObject)
        }
    }

    @Test(arguments: [
        (String?.none, "/nothing", RouteGroup.other), ("/graphs/{id}", "/graphs/1", .pages),
        (nil, "/share/abc.png", .pictures), ("/graphs/{id}", "/graphs/1.png", .pictures),
        ("/graphs/{id}", "/graphs/1.csv", .pages),
        ("/api/v1/devices", "/api/v1/devices", .api), ("/metrics", "/metrics", .probes),
        ("/-/ready", "/-/ready", .probes), ("/static/{name}", "/static/a.css", .static),
    ])
    func `requests are told apart by what they are for`(
        route: String?, path: String, group: RouteGroup
    ) {
        #expect(RouteGroup(route: route, path: path) == group)
    }

    @Test func `each of the daemon's objects has a number of its own, which leads back to it`() {
        for object in DaemonObject.allCases {
            #expect(DaemonObject(object.oid) == object)
        }
        let root = DaemonObject.root
        for oid in [root, root.appending([1]), root.appending([1, 1]), root.appending([999, 0])] {
            #expect(DaemonObject(oid) == nil)
        }
    }

    @Test func `the daemon's objects say what its numbers are`() {
        var numbers = numbers()
        numbers.summary.snmp.retransmissions = 5
        numbers.summary.store.journalBytes = 4_096
        numbers.web.pictures.evicted = 6
        numbers.process.cpuSeconds = 1.5
        let expected: [(DaemonObject, SNMPValue)] = [
            (.polls, .counter64(1)), (.pollMicroseconds, .counter64(2_000)),
            (.longestPoll, .float(2)), (.retries, .counter64(5)), (.journalBytes, .float(4_096)),
            (.pictureEvictions, .counter64(6)), (.responses2xx, .counter64(3)),
            (.responses5xx, .counter64(0)), (.devicesUp, .float(1)), (.devicesUnknown, .float(0)),
            (.cpuMilliseconds, .counter64(1_500)),
        ]
        for (object, value) in expected {
            #expect(object.value(in: numbers) == value, "\(object)")
        }
    }
}
