import PollerModel
import Testing

@Suite struct EventMarkTests {
    private static let begin = Timestamp(seconds: 1_700_000_000)

    private func event(
        _ id: Int64, _ kind: EventKind, of subject: Event.Subject, minutes: Int64,
        words: String = "w"
    ) -> Event {
        Event(
            id: EventID(id), NewEvent(kind, of: subject, words),
            time: Self.begin.advanced(seconds: 60 * minutes), name: "sw\(id)")
    }

    private func range(_ first: Int64, _ last: Int64) throws -> TimeRange {
        try TimeRange(
            start: Self.begin.advanced(seconds: 60 * first),
            end: Self.begin.advanced(seconds: 60 * last))
    }

    private let one = DeviceID(1)

    @Test func `a picture marks what happened to its devices, to it and to everything`() throws {
        var marks = EventMarks()
        marks.add(event(1, .deviceRestarted, of: .device(one), minutes: 5))
        marks.add(event(2, .deviceRestarted, of: .device(DeviceID(2)), minutes: 6))
        marks.add(event(3, .mark, of: .none, minutes: 3, words: "deployed 1.2"))
        marks.add(event(4, .mark, of: .graph(GraphID(7)), minutes: 4, words: "cable moved"))
        marks.add(event(5, .mark, of: .graph(GraphID(8)), minutes: 4, words: "not here"))
        marks.add(event(6, .deviceDown, of: .device(one), minutes: 5))
        let range = try range(0, 10)
        let found = marks.marks(of: [one], graph: GraphID(7), ofAll: true, in: range)
        // In the order of time, whatever the order of reports.
        #expect(found.map(\.words) == ["deployed 1.2", "cable moved", "restarted"])
        let own = marks.marks(of: [one], graph: GraphID(7), ofAll: false, in: range)
        #expect(own.map(\.words) == ["cable moved", "restarted"])
        let both = marks.marks(of: [one, DeviceID(2)], graph: GraphID(9), ofAll: true, in: range)
        #expect(both.map(\.words) == ["deployed 1.2", "sw1 restarted", "sw2 restarted"])
    }

    @Test func `a mark belongs to the range in which it begins`() throws {
        let marks = EventMarks([event(1, .mark, of: .none, minutes: 5)])
        let count = { (first: Int64, last: Int64) throws in
            marks.marks(of: [], graph: GraphID(1), ofAll: true, in: try self.range(first, last))
                .count
        }
        #expect(try count(5, 6) == 1 && count(4, 5) == 0 && count(6, 9) == 0)
    }

    @Test func `of too many the newest are marked, and the oldest are forgotten`() throws {
        var marks = EventMarks()
        for number in 1...Int64(EventMark.mostMarks + 1) {
            marks.add(event(number, .mark, of: .none, minutes: number, words: "m\(number)"))
        }
        let found = marks.marks(of: [], graph: GraphID(1), ofAll: true, in: try range(0, 1_000))
        #expect(found.count == EventMark.mostMarks && found.first?.words == "m2")
        let many = Int64(EventMarks.largestCount)
        marks = EventMarks()
        for number in 1...many { marks.add(event(number, .mark, of: .none, minutes: number)) }
        let oldest = {
            marks.marks(of: [], graph: GraphID(1), ofAll: true, in: try self.range(1, 2)).count
        }
        #expect(try oldest() == 1)
        marks.add(event(many + 1, .mark, of: .none, minutes: many + 1))
        #expect(try oldest() == 0)
    }

    @Test func `words tell the first, and count the rest`() {
        let marks = (1...6).map {
            EventMark(time: Self.begin.advanced(seconds: $0), words: "m\($0)")
        }
        let text = { (count: Int) in
            EventMark.sentence(Array(marks.prefix(count))) { _ in "02:10" }
        }
        #expect(text(0) == nil)
        #expect(text(1) == "Marks: m1 02:10")
        #expect(text(4) == "Marks: m1 02:10 · m2 02:10 · m3 02:10 · m4 02:10")
        #expect(text(6) == "Marks: m1 02:10 · m2 02:10 · m3 02:10 · m4 02:10 · and 2 more")
        let long = EventMark(time: Self.begin, words: String(repeating: "x", count: 90))
        #expect(long.words.count == EventMark.longestWords)
    }

    @Test func `a picture has a thin line and a note for each, unless they are not wanted`() throws
    {
        var fixture = GraphFixture()
        let time = GraphFixture.now.advanced(seconds: -600)
        fixture.marks = [EventMark(time: time, words: "restarted")]
        let rules = { (plan: GraphPlan) in
            plan.script.elements.compactMap { element -> Timestamp? in
                if case .verticalRule(let time, _, _, nil) = element { time } else { nil }
            }
        }
        let plan = try fixture.plan()
        #expect(rules(plan) == [time])
        #expect(plan.notes.contains { $0.hasPrefix("Marks: restarted ") }, "\(plan.notes)")
        fixture.view.showsEvents = false
        let bare = try fixture.plan()
        #expect(rules(bare) == [] && !bare.notes.contains { $0.hasPrefix("Marks") })
    }
}
