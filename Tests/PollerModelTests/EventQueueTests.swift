import PollerModel
import Testing

@Suite struct EventQueueTests {
    private static let device = Event.Subject.device(DeviceID(3))
    private static let begin = Moment(
        wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 5_000))

    private func moment(_ milliseconds: Int64) -> Moment {
        Self.begin.advanced(milliseconds: milliseconds)
    }

    private func missed(_ reason: String = "busy", _ subject: Event.Subject = device) -> NewEvent {
        NewEvent(.slotMissed, of: subject, "missed a slot: \(reason)", details: ["reason": reason])
    }

    @Test func `what is reported is taken once, in its order, with ids that go on`() {
        var queue = EventQueue(nextID: 7)
        #expect(queue.isEmpty)
        queue.add(NewEvent(.deviceDown, of: Self.device, "down"), at: moment(0), name: "sw1")
        queue.add(
            NewEvent(.deviceRemoved, of: Self.device, name: "old", "removed"), at: moment(10),
            name: "never asked")
        let earlier = Timestamp(seconds: 1_600_000_000)
        queue.add(NewEvent(.mark, "deployed", at: earlier), at: moment(20), name: "")
        let batch = queue.take(at: moment(30).wall)
        #expect(batch.written.map(\.id.rawValue) == [7, 8, 9])
        #expect(batch.written.map(\.name) == ["sw1", "old", ""])
        #expect(batch.written.map(\.kind) == [.deviceDown, .deviceRemoved, .mark])
        #expect(batch.written[0].time == moment(0).wall && batch.written[2].time == earlier)
        #expect(queue.isEmpty && queue.take(at: moment(40).wall).isEmpty)
    }

    @Test func `the same for the same reason is counted as long as it goes on`() {
        var queue = EventQueue()
        let fold = EventLimits.foldMilliseconds
        queue.add(missed(), at: moment(0), name: "")
        queue.add(missed(), at: moment(fold), name: "")
        var batch = queue.take(at: moment(fold).wall)
        #expect(batch.written.count == 1)
        #expect(
            batch.repeats == [
                EventRepeat(id: EventID(1), count: 2, lastTime: moment(fold).wall)
            ])
        // It counts from the last one, not from the first.
        queue.add(missed(), at: moment(2 * fold), name: "")
        batch = queue.take(at: moment(2 * fold).wall)
        #expect(batch.written.isEmpty && batch.repeats.map(\.count) == [3])
        // A moment longer, and it is news.
        queue.add(missed(), at: moment(3 * fold + 1), name: "")
        batch = queue.take(at: moment(3 * fold + 1).wall)
        #expect(batch.written.map(\.id.rawValue) == [2] && batch.repeats.isEmpty)
    }

    @Test func `what says by what it is the same is counted by that alone`() {
        var queue = EventQueue()
        for (name, address) in [("ann", "192.0.2.1"), ("bob", "192.0.2.1"), ("ann", "192.0.2.2")] {
            queue.add(
                NewEvent(
                    .loginFailed, name: address, "\(name) could not log in",
                    details: ["reason": name], likeness: address), at: moment(0), name: "")
        }
        let batch = queue.take(at: moment(1).wall)
        #expect(batch.written.map(\.name) == ["192.0.2.1", "192.0.2.2"])
        #expect(batch.repeats.map(\.count) == [2])
    }

    @Test func `another reason, another subject or a kind that is not counted is an event`() {
        var queue = EventQueue()
        queue.add(missed(), at: moment(0), name: "")
        queue.add(missed("late"), at: moment(1), name: "")
        queue.add(missed("busy", .device(DeviceID(4))), at: moment(2), name: "")
        for _ in 0..<2 {
            queue.add(NewEvent(.deviceUp, of: Self.device, "up"), at: moment(3), name: "")
        }
        let batch = queue.take(at: moment(4).wall)
        #expect(batch.written.count == 5 && batch.repeats.isEmpty)
    }

    @Test func `what never ends is told anew each day`() {
        var queue = EventQueue()
        var time: Int64 = 0
        while time <= EventLimits.longestFoldMilliseconds {
            queue.add(missed(), at: moment(time), name: "")
            time += 600_000
        }
        #expect(queue.take(at: moment(time).wall).written.count == 1)
        queue.add(missed(), at: moment(time), name: "")
        #expect(queue.take(at: moment(time).wall).written.count == 1)
    }

    @Test func `what finds no room is counted and told`() {
        var queue = EventQueue(capacity: 3)
        for number in 0..<3 {
            queue.add(NewEvent(.mark, "\(number)"), at: moment(0), name: "")
        }
        #expect(queue.lostInAll == 0)
        queue.add(NewEvent(.mark, "3"), at: moment(0), name: "")
        queue.add(NewEvent(.mark, "4"), at: moment(0), name: "")
        #expect(queue.lostInAll == 2)
        let batch = queue.take(at: moment(1).wall)
        #expect(batch.written.map(\.words).prefix(3) == ["0", "1", "2"])
        #expect(batch.written.last?.kind == .eventsLost)
        #expect(batch.written.last?.details["count"] == "2")
        #expect(batch.written.map(\.id) == batch.written.map(\.id).sorted())
        #expect(queue.isEmpty)
    }

    @Test func `a batch that was not written comes again before what is new`() {
        var queue = EventQueue(capacity: 3)
        for number in 0..<2 {
            queue.add(NewEvent(.mark, "\(number)"), at: moment(0), name: "")
        }
        let batch = queue.take(at: moment(1).wall)
        queue.add(NewEvent(.mark, "2"), at: moment(2), name: "")
        queue.giveBack(batch)
        #expect(queue.take(at: moment(3).wall).written.map(\.words) == ["0", "1", "2"])
        // Without room for all, the oldest are lost, and that is told.
        queue.add(NewEvent(.mark, "3"), at: moment(4), name: "")
        queue.add(NewEvent(.mark, "4"), at: moment(4), name: "")
        queue.giveBack(batch)
        let words = queue.take(at: moment(5).wall).written.map(\.words)
        #expect(words.prefix(3) == ["1", "3", "4"] && words.count == 4)
        #expect(queue.lostInAll == 1)
    }

    @Test func `beyond the events that are counted on, each is one`() {
        var queue = EventQueue(mostFolds: 1)
        for _ in 0..<2 {
            for device in Int64(1)...2 {
                queue.add(missed("busy", .device(DeviceID(device))), at: moment(0), name: "")
            }
        }
        let batch = queue.take(at: moment(1).wall)
        #expect(batch.written.count == 3 && batch.repeats.count == 1)
        // One that is over makes room.
        let later = moment(EventLimits.foldMilliseconds + 1)
        for _ in 0..<2 { queue.add(missed("busy", .device(DeviceID(2))), at: later, name: "") }
        let next = queue.take(at: later.wall)
        #expect(next.written.count == 1 && next.repeats.map(\.count) == [2])
    }

    @Test func `texts are cut at their limits, and what paints a terminal is made visible`() {
        let longest = String(repeating: "ä", count: EventLimits.longestWords)
        #expect(NewEvent(.mark, longest).words == longest)
        let cut = NewEvent(.mark, longest + "b").words
        #expect(cut.unicodeScalars.count == EventLimits.longestWords && cut.hasSuffix("…"))
        #expect(!NewEvent(.mark, "a\u{1b}[31m\nb").words.contains { $0 == "\u{1b}" || $0 == "\n" })
        let many = Dictionary(
            uniqueKeysWithValues: (10...40).map { ("k\($0)", String(repeating: "x", count: 900)) })
        let details = NewEvent(.mark, "m", details: many).details
        #expect(details.count == EventLimits.mostDetails)
        #expect(details["k10"]?.unicodeScalars.count == EventLimits.longestDetail)
    }
}

@Suite struct MarkOrderTests {
    private static let now = Timestamp(seconds: 1_795_622_400)

    private func event(_ order: MarkOrder) throws -> NewEvent {
        try order.event(by: "ann", now: Self.now)
    }

    @Test func `a mark is of a device, of a graph or of everything`() throws {
        #expect(try event(MarkOrder(message: "m")).subject == .none)
        let device = DeviceID(3)
        #expect(try event(MarkOrder(message: "m", deviceId: device)).subject == .device(device))
        let graph = GraphID(4)
        let marked = try event(MarkOrder(message: "m", graphId: graph))
        #expect(marked.subject == .graph(graph))
        #expect(marked.kind == .mark && marked.details == ["by": "ann"] && marked.time == nil)
        #expect(throws: MarkOrder.Mistake.self) {
            try event(MarkOrder(message: "m", deviceId: device, graphId: graph))
        }
    }

    @Test func `its message has a beginning and an end`() throws {
        let longest = String(repeating: "x", count: EventLimits.longestWords)
        #expect(try event(MarkOrder(message: longest)).words == longest)
        for message in ["", "  \n ", longest + "x"] {
            #expect(throws: MarkOrder.Mistake.self) { try event(MarkOrder(message: message)) }
        }
    }

    @Test func `its time lies where events are kept, or a day ahead`() throws {
        let oldest = Self.now.advanced(seconds: -EventLimits.retentionDays * 86_400)
        let latest = Self.now.advanced(seconds: MarkOrder.secondsAhead)
        for time in [oldest, latest] {
            #expect(try event(MarkOrder(message: "m", time: time.rfc3339)).time == time)
        }
        for time in [
            oldest.advanced(seconds: -1).rfc3339, latest.advanced(seconds: 1).rfc3339, "yesterday",
        ] {
            #expect(throws: MarkOrder.Mistake.self) {
                try event(MarkOrder(message: "m", time: time))
            }
        }
    }
}
