import Testing

@testable import PollerModel

@Suite struct StageHistoryTests {
    @Test func `each reason on record has the stage of the failure that it was`() {
        for failure in EveryReason.failures {
            #expect(ExplainStage(reason: failure.code) == failure.stage, "\(failure.code)")
        }
        let gone = UnknownReason.rowGone(table: "").code
        for reason in EveryReason.reasons where reason.code != gone {
            #expect(ExplainStage(reason: reason.code) == reason.stage, "\(reason.code)")
        }
        for ping in EveryReason.pings {
            #expect(ExplainStage(reason: ping.code) == .answered, "\(ping.code)")
        }
        #expect(ExplainStage(reason: OutageReason.codeOfBoth) == .answered)
        // A row that is gone is not asked for any more.
        #expect(ExplainStage(reason: gone) == .scheduled)
        #expect(ExplainStage(reason: Interruption.Reason.disabled.code) == .enabled)
        #expect(ExplainStage(reason: Interruption.Reason.stopped.code) == nil)
    }

    private static let started = Timestamp(seconds: 1_795_600_000)

    private static func row(_ age: Int64, _ values: [RoundRobinValue]) -> RoundRobinLastRow {
        RoundRobinLastRow(
            time: started.advanced(seconds: -age),
            values: Dictionary(
                uniqueKeysWithValues: values.enumerated().map { ("v\($0)", $1) }))
    }

    private static func silence(_ start: Int64, _ end: Int64?, id: Int64 = 1) -> Interruption {
        Interruption(
            id: InterruptionID(id), scope: .device(DeviceID(1)),
            start: started.advanced(seconds: start), end: end.map { started.advanced(seconds: $0) },
            reason: .init(.noAnswer(attempts: 3, milliseconds: 4_500)))
    }

    @Test func `the newest row with a value is when it last went well`() {
        let history = StageHistory(
            rows: [
                nil, Self.row(60, [.unknown, .unknown]), Self.row(120, [.unknown, .counter(7)]),
                Self.row(180, [.gauge(1)]),
            ], [])
        #expect(history.lastOk == Self.started.advanced(seconds: -120))
        #expect(history.failure == nil)
        let unknown = StageHistory(rows: [Self.row(60, [.unknown])], [])
        #expect(unknown.lastOk == nil)
        let series = RoundRobinSeries(
            start: Self.started, stepSeconds: 10, names: ["a", "b"],
            values: [1, .nan, .nan, 2, .nan, .nan])
        #expect(series.lastKnown == Self.started.advanced(seconds: 20))
        let earlier = StageHistory(
            rows: [Self.row(60, [.unknown])], ends: [Self.started.advanced(seconds: -300)], [])
        #expect(earlier.lastOk == Self.started.advanced(seconds: -300))
    }

    @Test func `before a failure that began in an earlier life there was a value`() {
        func lastOk(_ start: Int64) -> String? {
            let failed = ExplainLink(.answered, .failed, "words", reason: "no_answer")
            return StageHistory(rows: [Self.row(60, [.unknown])], [Self.silence(start, nil)])
                .completing([failed], startedAt: Self.started) { "at \($0.seconds)" }[0].lastOk
        }
        #expect(lastOk(-500) == Self.started.advanced(seconds: -500).rfc3339)
        // One of this life may have begun with its first poll.
        #expect(lastOk(0) == nil)
    }

    @Test func `of several failures the one that goes on counts, else the newest`() {
        let old = Self.silence(-900, -800)
        let new = Self.silence(-500, -400, id: 2)
        let open = Self.silence(-700, nil, id: 3)
        #expect(StageHistory(rows: [], [new, old]).failure == new)
        #expect(StageHistory(rows: [], [new, open, old]).failure == open)
    }

    @Test func `after a restart a chain says when it last went well, and what failed last`() throws
    {
        let links = ExplainStage.allCases.prefix(12).map { stage in
            ExplainLink(
                stage, stage == .present ? .waiting : .ok, "words",
                reason: stage == .present ? ExplainLink.notPolledYet : nil)
        }
        let history = StageHistory(
            rows: [Self.row(60, [.counter(1)])], [Self.silence(-900, -800)])
        let chain = history.completing(links, startedAt: Self.started) { "at \($0.seconds)" }
        let present = try #require(chain.first { $0.stage == .present })
        #expect(present.lastOk == Self.started.advanced(seconds: -60).rfc3339)
        #expect(
            present.evidence == [
                .init("last ok", "at 1795599940, before pollerd was restarted")
            ])
        let answered = try #require(chain.first { $0.stage == .answered })
        #expect(
            answered.evidence == [
                .init("last failure", "no_answer, at 1795599100–at 1795599200")
            ])
        var refused = history
        refused.refusal = .init(reason: "out_of_bounds", time: Self.started)
        let bounded = refused.completing(links, startedAt: Self.started) { "at \($0.seconds)" }
        #expect(
            bounded.first { $0.stage == .bounded }?.evidence
                == [.init("last refused", "out_of_bounds, at 1795600000")])
        // What came after the start was no restart.
        let late = StageHistory(rows: [Self.row(-60, [.counter(1)])], [])
        let other = late.completing(links, startedAt: Self.started) { "at \($0.seconds)" }
        #expect(
            other.first { $0.stage == .present }?.evidence == [.init("last ok", "at 1795600060")])
    }
}
