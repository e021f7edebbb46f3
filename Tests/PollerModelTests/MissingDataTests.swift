import Testing

@testable import PollerModel

@Suite struct MissingDataTests {
    private static func clock(_ time: Timestamp) -> String {
        String(CivilTime(secondsSinceEpoch: time.seconds).text.dropFirst(11).prefix(5))
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
    private static let silence = Interruption.Reason(.noAnswer(attempts: 3, milliseconds: 4_500))

    private func judged(
        _ gaps: [GapText.Gap], _ interruptions: [Interruption], rows: Int = 1_000
    ) -> MissingData? {
        MissingData(gaps, interruptions, rowSeconds: 60, expectedRows: rows, clock: Self.clock)
    }

    @Test func `what is missing is told by reason, each with its share`() throws {
        let missing = try #require(
            judged(
                [Self.gap(130, 220), Self.gap(300, 340), Self.gap(400, 420)],
                [
                    Self.interruption(Self.device, 130, 220),
                    Self.interruption(.poller, 300, 340, .stopped, id: 2),
                ]))
        #expect(missing.parts.map(\.reason) == ["no_answer", "poller.stopped", "none"])
        let whole = missing.parts.reduce(0) { $0 + $1.share }
        #expect(abs(missing.share - 0.15) < 1e-9 && abs(whole - missing.share) < 1e-9)
        #expect(
            missing.words
                == "15.0 % of the range is missing: 9.0 % device down (02:10–03:40); "
                + "4.0 % pollerd not running (05:00–05:40); "
                + "2.0 % for no reason on record (06:40–07:00)")
    }

    @Test func `time that two things explain counts once, for the wider one`() throws {
        let missing = try #require(
            judged(
                [Self.gap(100, 200)],
                [
                    Self.interruption(Self.source, 100, 200, .init(UnknownReason.discontinuity)),
                    Self.interruption(Self.device, 100, 160, id: 2),
                    Self.interruption(.poller, 120, 140, .stopped, id: 3),
                ]))
        let shares = Dictionary(uniqueKeysWithValues: missing.parts.map { ($0.reason, $0.share) })
        #expect(abs((shares["poller.stopped"] ?? 0) - 0.02) < 1e-9)
        #expect(abs((shares["no_answer"] ?? 0) - 0.04) < 1e-9)
        #expect(abs((shares["counter_discontinuity"] ?? 0) - 0.04) < 1e-9)
        #expect(abs(missing.share - 0.1) < 1e-9)
    }

    @Test func `a row at each edge of an interruption belongs to it`() throws {
        let missing = try #require(
            judged([Self.gap(99, 201)], [Self.interruption(Self.device, 100, 200)]))
        #expect(missing.parts.map(\.reason) == ["no_answer"])
        #expect(abs(missing.parts[0].share - missing.share) < 1e-9)
        let more = try #require(
            judged([Self.gap(97, 201)], [Self.interruption(Self.device, 100, 200)]))
        #expect(more.parts.map(\.reason) == ["no_answer", "none"])
    }

    @Test func `of many stretches the longest are named, and of many reasons the largest`() throws {
        let gaps = (1...5).map { Self.gap($0 * 100, $0 * 100 + $0) }
        let one = try #require(
            judged(
                gaps,
                gaps.enumerated().map {
                    Self.interruption(
                        Self.device, $1.start.seconds / 60, $1.end.seconds / 60, id: Int64($0 + 1))
                }))
        #expect(one.parts[0].times == 5 && one.parts[0].stretches.count == 3)
        #expect(one.words.contains(" and 2 more"))
        let reasons = (1...Int64(MissingData.mostParts + 1)).map { number in
            Self.interruption(
                .source(DataSourceID(number)), number * 100, number * 100 + 5,
                Interruption.Reason(code: "reason_\(number)", words: "reason \(number)"),
                id: number)
        }
        let many = try #require(
            judged(
                reasons.map { .init(start: $0.start, end: $0.end ?? $0.start) }, reasons))
        #expect(many.parts.count == MissingData.mostParts)
        #expect(many.parts.last?.reason == MissingData.otherReasons)
        #expect(many.parts.last?.times == 2)
        #expect(abs(many.parts.reduce(0) { $0 + $1.share } - many.share) < 1e-9)
    }

    @Test func `where nothing is missing, or nothing could be known, nothing is said`() {
        #expect(judged([], []) == nil)
        #expect(judged([Self.gap(1, 2)], [], rows: 0) == nil)
        #expect(judged([Self.gap(2, 2)], []) == nil)
    }

    @Test(arguments: [
        (0, "0 %"), (1, "100 %"), (0.00001, "0.1 %"), (0.9999, "99.9 %"), (0.072, "7.2 %"),
    ])
    func `a share is never told as nothing or all when it is not`(share: Double, text: String) {
        #expect(MissingData.percent(share) == text)
    }
}
