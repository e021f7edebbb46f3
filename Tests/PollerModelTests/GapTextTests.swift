import PollerModel
import TestSupport
import Testing

@Suite struct GapTextTests {
    /// Minutes of a day as they are written: 130 is 02:10.
    private static func clock(_ time: Timestamp) -> String {
        let text = CivilTime(secondsSinceEpoch: time.seconds).text
        return String(text.dropFirst(11).prefix(5))
    }

    private static func gap(_ start: Int64, _ end: Int64) -> GapText.Gap {
        .init(start: Timestamp(seconds: start * 60), end: Timestamp(seconds: end * 60))
    }

    private static func interruption(
        _ scope: Interruption.Scope, _ start: Int64, _ end: Int64?,
        _ reason: Interruption.Reason = silence, id: Int64 = 1
    ) -> Interruption {
        Interruption(
            id: InterruptionID(id), scope: scope, start: Timestamp(seconds: start * 60),
            end: end.map { Timestamp(seconds: $0 * 60) }, reason: reason)
    }

    private static let device = Interruption.Scope.device(DeviceID(1))
    private static let source = Interruption.Scope.source(DataSourceID(2))
    private static let silence = Interruption.Reason(
        .noAnswer(attempts: 3, milliseconds: 4_500))
    private static let silent = "nothing answered 3 requests within 4500 ms"

    private func sentences(
        _ gaps: [GapText.Gap], _ interruptions: [Interruption], rowSeconds: Int64 = 60,
        subject: (Interruption.Scope) -> String? = { _ in nil }
    ) -> [String] {
        GapText.sentences(
            for: gaps, interruptions, rowSeconds: rowSeconds, subject: subject,
            clock: Self.clock)
    }

    @Test(
        arguments: [
            (interruption(device, 130, 220), "device down 02:10–03:40: \(silent)"),
            (interruption(device, 130, nil), "device down since 02:10: \(silent)"),
            (interruption(.poller, 130, 220, .stopped), "pollerd not running 02:10–03:40"),
            (
                interruption(.poller, 130, 220, .clockDoubted),
                "nothing stored 02:10–03:40: this machine's clock leapt ahead and was not believed"
            ),
            (interruption(device, 130, 220, .disabled), "device switched off 02:10–03:40"),
            (
                interruption(device, 130, 220, .init(SNMPFailure.notInTimeWindow)),
                "no values 02:10–03:40: the agent answered that the request is not in its time window "
                    + "(usmStatsNotInTimeWindows), also after its clock was read"
            ),
            (
                interruption(source, 130, 220, .init(.counterReset(from: 9, to: 1))),
                "unknown 02:10–03:40: the counter was reset (from 9 to 1)"
            ),
        ] as [(Interruption, String)])
    func `a gap is said with its reason`(interruption: Interruption, text: String) {
        #expect(sentences([Self.gap(130, 220)], [interruption]) == [text])
    }

    @Test func `without gaps nothing is said, whatever was interrupted`() {
        #expect(sentences([], [Self.interruption(Self.device, 130, 220)]).isEmpty)
        #expect(sentences([Self.gap(5, 5)], []).isEmpty)
    }

    @Test func `a gap that nothing explains is said to have no reason on record`() {
        #expect(
            sentences([Self.gap(130, 140)], [Self.interruption(Self.device, 10, 20)])
                == ["unknown 02:10–02:20: no reason on record"])
    }

    @Test func `what only touches a gap does not explain it`() {
        let neighbours = [
            Self.interruption(Self.device, 100, 130), Self.interruption(Self.source, 140, 150),
        ]
        #expect(
            sentences([Self.gap(130, 140)], neighbours)
                == ["unknown 02:10–02:20: no reason on record"])
    }

    @Test(arguments: [(2, 1), (3, 2)] as [(Int64, Int)])
    func `beside an interruption two rows belong to it, and no more`(rest: Int64, count: Int) {
        let down = Self.interruption(Self.device, 130, 220)
        #expect(sentences([Self.gap(130, 220 + rest)], [down]).count == count)
        #expect(sentences([Self.gap(130 - rest, 220)], [down]).count == count)
        let longer = Self.interruption(Self.device, 220 + rest, 300, id: 2)
        #expect(sentences([Self.gap(130, 300)], [down, longer]).count == count + 1)
    }

    @Test func `gaps of one interruption are one`() {
        let gaps = [Self.gap(180, 220), Self.gap(130, 150), Self.gap(150, 170)]
        #expect(
            sentences(gaps, [Self.interruption(Self.device, 130, 220)])
                == ["device down 02:10–03:40: \(Self.silent)"])
    }

    @Test func `the same sentence is said once`() {
        let two = [
            Self.interruption(Self.source, 130, 140),
            Self.interruption(.source(DataSourceID(3)), 130, 140, id: 2),
        ]
        #expect(sentences([Self.gap(130, 140)], two).count == 1)
        let named = sentences([Self.gap(130, 140)], two) { "\($0 == Self.source ? "in" : "out")" }
        #expect(named.map { $0.prefix(12) } == ["in unknown 0", "out unknown "])
    }

    @Test(arguments: [3, 4, 7])
    func `the longest come first, and the rest is counted`(count: Int) {
        var gaps: [GapText.Gap] = []
        var interruptions: [Interruption] = []
        for position in Int64(1)...Int64(count) {
            gaps.append(Self.gap(position * 100, position * 100 + position))
            interruptions.append(
                Self.interruption(
                    Self.device, position * 100, position * 100 + position, id: position))
        }
        let texts = sentences(gaps, interruptions, rowSeconds: 10)
        #expect(texts.count == 3)
        switch count {
        case 3:
            #expect(texts[0].hasPrefix("device down 05:00–05:03"))
            #expect(texts[2].hasPrefix("device down 01:40–01:41"))
        case 4: #expect(texts[2] == "and 2 shorter gaps (3 min)")
        default: #expect(texts[2] == "and 5 shorter gaps (15 min)")
        }
    }

    @Test func `what is as long as those that are named is not called shorter`() {
        let gaps = (Int64(1)...5).map { Self.gap($0 * 100, $0 * 100 + 10) }
        #expect(sentences(gaps, []).last == "and 3 other gaps (30 min)")
    }

    @Test func `the day's three kinds stand side by side`() {
        let texts = sentences(
            [Self.gap(130, 220), Self.gap(240, 252), Self.gap(300, 310), Self.gap(600, 605)],
            [
                Self.interruption(Self.device, 130, 220),
                Self.interruption(.poller, 240, 252, .stopped, id: 2),
                Self.interruption(Self.source, 300, 310, .init(.agentRestarted), id: 3),
            ])
        #expect(
            texts == [
                "device down 02:10–03:40: \(Self.silent)", "pollerd not running 04:00–04:12",
                "and 2 shorter gaps (15 min)",
            ])
    }

    @Test func `what is shorter than the clock shows is said with its length`() {
        let second = Interruption(
            id: InterruptionID(1), scope: Self.device, start: Timestamp(seconds: 7_805),
            end: Timestamp(seconds: 7_835), reason: .disabled)
        let gap = GapText.Gap(start: Timestamp(seconds: 7_800), end: Timestamp(seconds: 7_840))
        #expect(sentences([gap], [second]) == ["device switched off at 02:10 for 30 s"])
    }

    @Test func `a picture of ten thousand gaps and interruptions takes no time`() {
        let gaps = (0..<10_000).map { Self.gap(Int64($0) * 10, Int64($0) * 10 + 5) }
        let interruptions = (0..<10_000).map {
            Self.interruption(Self.device, Int64($0) * 10, Int64($0) * 10 + 5, id: Int64($0 + 1))
        }
        let (_, took) = ThreadTime.measure {
            #expect(sentences(gaps, interruptions).count == 3)
        }
        #expect(took < .seconds(5))
    }
}

@Suite struct GapClockTests {
    /// Berlin in 2026: summer time ended on October 25 at 01:00 UTC, and began on March 29.
    private static func berlin(_ second: Int64) -> Int64 {
        (1_774_746_000..<1_792_890_000).contains(second) ? 7_200 : 3_600
    }

    private func text(
        _ time: String, from start: String, to end: String,
        offset: @escaping @Sendable (Int64) -> Int64 = berlin
    ) throws -> String {
        let range = try TimeRange(
            start: #require(Timestamp(rfc3339: start)), end: #require(Timestamp(rfc3339: end)))
        return try GapClock(for: range, zoneOffset: offset)
            .text(#require(Timestamp(rfc3339: time)))
    }

    @Test(
        arguments: [
            // A day needs no date, a longer range does, and what lies outside of the range too.
            ("2026-11-25T01:10:59Z", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z", "02:10"),
            (
                "2026-11-25T01:10:00Z", "2026-11-24T23:00:00Z", "2026-11-26T00:00:01Z",
                "25 Nov 02:10"
            ),
            (
                "2026-11-22T01:10:00Z", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z",
                "22 Nov 02:10"
            ),
            // Of a year, the day alone could be either end.
            (
                "2026-11-22T01:10:00Z", "2025-11-24T23:00:00Z", "2026-11-24T23:00:00Z",
                "22 Nov 2026 02:10"
            ),
            // The whole day on which the clocks go back has 25 hours.
            ("2026-10-25T05:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "06:00"),
            (
                "2026-10-25T00:10:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
                "02:10 (UTC+2)"
            ),
            (
                "2026-10-25T01:10:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
                "02:10 (UTC+1)"
            ),
            ("2026-10-24T23:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "01:59"),
            ("2026-10-25T02:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "03:00"),
            // In spring an hour is skipped, and nothing is said twice.
            ("2026-03-29T00:59:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "01:59"),
            ("2026-03-29T01:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "03:00"),
        ] as [(String, String, String, String)])
    func `times are those of the reader`(
        time: String, start: String, end: String, expected: String
    ) throws {
        #expect(try text(time, from: start, to: end) == expected)
    }

    @Test func `zones of half hours are written as such`() throws {
        let adelaide = { @Sendable (second: Int64) -> Int64 in
            second < 1_775_318_400 - 5_400 ? 37_800 : 34_200
        }
        let time = Timestamp(seconds: 1_775_318_400 - 5_400 + 600)
        let range = try TimeRange(start: time.advanced(seconds: -600), end: time)
        #expect(
            GapClock(for: range, zoneOffset: adelaide).text(time).hasSuffix("(UTC+9:30)"))
    }
}
