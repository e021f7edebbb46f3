import PollerModel
import Testing

/// Plays what a device and one of its data sources do, a second after the other; what is noted of
/// it, as text: `d+10 no_answer`, `d~20 port_closed`, `d-30` and the same for the source.
private struct Play {
    static let device = DeviceID(1)
    static let source = DataSourceID(7)
    static let silence = Interruption.Reason(SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500))
    static let closed = Interruption.Reason(SNMPFailure.portClosed(port: 161))
    static let reset = Interruption.Reason(UnknownReason.counterReset(from: 9, to: 1))
    static let absent = Interruption.Reason(UnknownReason.rowGone(table: "interfaces"))

    var tracker = InterruptionTracker(of: device)
    private(set) var notes: [String] = []
    private var answered = Timestamp(seconds: 0)
    private var known = Timestamp(seconds: 0)

    mutating func answer(_ second: Int64) {
        note(tracker.answer(at: Timestamp(seconds: second)))
        answered = Timestamp(seconds: second)
    }

    mutating func lose(_ second: Int64, _ reason: Interruption.Reason = silence) {
        note(tracker.lose(for: reason, since: answered, at: Timestamp(seconds: second)))
    }

    mutating func hear(_ second: Int64, _ sample: InterruptionTracker.Sample) {
        let time = Timestamp(seconds: second)
        let change = tracker.hear(sample, of: Self.source, since: known, at: time)
        note(change.map { [$0] } ?? [])
        if sample == .known { known = time }
    }

    private mutating func note(_ changes: [InterruptionChange]) {
        notes += changes.map { change in
            switch change {
            case .begin(let scope, let time, let reason):
                "\(letter(scope))+\(time.seconds) \(reason.code)"
            case .revise(let scope, let reason, let lost):
                "\(letter(scope))~\(lost) \(reason.code)"
            case .end(let scope, let time, let lost):
                "\(letter(scope))-\(time.seconds) \(lost)"
            }
        }
    }

    private func letter(_ scope: Interruption.Scope) -> String {
        switch scope {
        case .poller: "p"
        case .device(Self.device): "d"
        case .source(Self.source): "s"
        case .device, .source: "?"
        }
    }
}

@Suite struct InterruptionTrackerTests {
    @Test func `of a device without trouble nothing is noted`() {
        var play = Play()
        for second in Int64(1)...5 {
            play.answer(second)
            play.hear(second, .known)
        }
        #expect(play.notes.isEmpty && !play.tracker.isInterrupted)
    }

    @Test func `a silence lasts from the last answer to the next`() {
        var play = Play()
        play.answer(10)
        for second in Int64(11)...14 { play.lose(second) }
        #expect(play.tracker.isInterrupted)
        play.answer(15)
        #expect(play.notes == ["d+10 no_answer", "d-15 4"])
        #expect(!play.tracker.isInterrupted)
    }

    @Test func `data sources of a silent device have none of their own`() {
        var play = Play()
        play.answer(10)
        play.hear(10, .known)
        play.lose(11)
        play.hear(11, .lost(Play.silence))
        play.answer(12)
        play.hear(12, .waiting)
        #expect(play.notes == ["d+10 no_answer", "d-12 1"])
    }

    @Test func `one that goes on when its device falls silent ends there and begins anew`() {
        var play = Play()
        play.hear(9, .known)
        play.hear(10, .lost(Play.absent))
        play.answer(10)
        play.lose(11)
        play.lose(12)
        play.answer(13)
        play.hear(13, .lost(Play.absent))
        #expect(
            play.notes == [
                "s+9 row_gone", "s-10 1", "d+10 no_answer", "d-13 2", "s+13 row_gone",
            ])
    }

    @Test func `a lost sample is missing from the value before it to itself`() {
        var play = Play()
        play.hear(10, .known)
        play.hear(11, .lost(Play.reset))
        play.hear(12, .known)
        #expect(play.notes == ["s+10 counter_reset", "s-11 1"])
    }

    @Test func `the first sample of a counter is no interruption, and does not end one`() {
        var play = Play()
        play.hear(10, .waiting)
        #expect(play.notes.isEmpty)
        play.hear(11, .known)
        play.hear(12, .lost(Play.absent))
        play.hear(13, .waiting)
        play.hear(14, .known)
        #expect(play.notes == ["s+11 row_gone", "s-13 1"])
    }

    @Test func `another reason counts once it has lasted`() {
        var play = Play()
        play.answer(10)
        play.lose(11)
        play.lose(12, Play.closed)
        play.lose(13, Play.closed)
        #expect(play.notes == ["d+10 no_answer"])
        play.lose(14, Play.closed)
        play.answer(15)
        #expect(play.notes == ["d+10 no_answer", "d~4 port_closed", "d-15 4"])
    }

    @Test func `a reason that comes and goes never counts`() {
        var play = Play()
        play.hear(10, .known)
        play.hear(11, .lost(Play.absent))
        for second in stride(from: Int64(12), to: 30, by: 3) {
            play.hear(second, .lost(Play.reset))
            play.hear(second + 1, .lost(Play.reset))
            play.hear(second + 2, .lost(Play.absent))
        }
        #expect(play.notes == ["s+10 row_gone"])
    }

    @Test func `other numbers are no other reason`() {
        var play = Play()
        for second in Int64(1)...9 {
            play.lose(second, .init(.noAnswer(attempts: 1, milliseconds: second)))
        }
        #expect(play.notes == ["d+0 no_answer"])
    }

    @Test func `what a person switched off is told apart from what was before and after`() {
        var play = Play()
        play.answer(10)
        play.lose(11)
        play.lose(12, .disabled)
        #expect(play.tracker.isDisabled)
        play.lose(20)
        #expect(!play.tracker.isDisabled)
        play.answer(22)
        #expect(
            play.notes == [
                "d+10 no_answer", "d-12 1", "d+12 device.disabled", "d-20 1", "d+20 no_answer",
                "d-22 1",
            ])
    }

    @Test func `a clock that was set back makes no interruption end before it began`() {
        var play = Play()
        play.answer(100)
        play.lose(50)
        play.answer(40)
        #expect(play.notes == ["d+50 no_answer", "d-50 1"])
    }

    @Test func `what went on before a restart goes on, or ends with the first answer`() {
        let open = [
            Interruption(
                id: InterruptionID(3), scope: .device(Play.device),
                start: Timestamp(seconds: 5), reason: Play.silence, lost: 8),
            Interruption(
                id: InterruptionID(4), scope: .device(DeviceID(2)),
                start: Timestamp(seconds: 5), reason: Play.silence),
        ]
        var play = Play()
        play.tracker = InterruptionTracker(of: Play.device, resuming: open)
        play.lose(60)
        #expect(play.notes.isEmpty)
        play.answer(61)
        #expect(play.notes == ["d-61 9"])
    }

    @Test func `a data source that is not measured any more is forgotten`() {
        var play = Play()
        play.hear(10, .lost(Play.absent))
        play.tracker.forget([Play.source])
        play.hear(11, .known)
        #expect(play.notes == ["s+0 row_gone"])
    }
}
