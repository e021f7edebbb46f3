import PollerModel
import Testing

@Suite struct InterruptionBookTests {
    private static let device = DeviceID(1)
    private static let scope = Interruption.Scope.device(device)
    private static let reason = Interruption.Reason(code: "no_answer", words: "nothing answered")

    private func range(_ start: Int64, _ end: Int64) throws -> TimeRange {
        try TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
    }

    private func book(_ change: (inout InterruptionBook.Limits) -> Void = { _ in })
        -> InterruptionBook
    {
        var limits = InterruptionBook.Limits()
        change(&limits)
        return InterruptionBook(limits: limits)
    }

    private func begin(
        _ book: inout InterruptionBook, _ scope: Interruption.Scope = scope, at second: Int64
    ) {
        book.apply(
            .begin(scope, at: Timestamp(seconds: second), Self.reason), of: Self.device)
    }

    private func end(
        _ book: inout InterruptionBook, _ scope: Interruption.Scope = scope, at second: Int64
    ) {
        book.apply(.end(scope, at: Timestamp(seconds: second), lost: 2), of: Self.device)
    }

    @Test func `what overlaps a range is found, and nothing that only touches it`() throws {
        var book = book()
        begin(&book, at: 100)
        end(&book, at: 200)
        begin(&book, at: 300)
        let starts = { (range: TimeRange) in
            book.interruptions(of: [Self.scope, .poller], in: range).map(\.start.seconds)
        }
        #expect(try starts(range(200, 300)) == [])
        #expect(try starts(range(199, 210)) == [100])
        #expect(try starts(range(10, 100)) == [])
        #expect(try starts(range(10, 101)) == [100])
        // One that goes on has no end.
        #expect(try starts(range(200, 301)) == [300])
        #expect(try starts(range(900, 990)) == [300])
        #expect(try book.interruptions(of: nil, in: range(10, 990)).count == 2)
        #expect(try book.interruptions(of: [.poller], in: range(10, 990)).isEmpty)
    }

    @Test func `one without length is taken out again`() throws {
        var book = book()
        begin(&book, at: 100)
        #expect(book.openCount == 1)
        end(&book, at: 100)
        #expect(book.count == 0 && book.openCount == 0)
        #expect(book.takeUnwritten().written.isEmpty)
        begin(&book, at: 100)
        end(&book, at: 101)
        #expect(book.count == 1)
    }

    @Test func `of a scope that flaps the newest are kept`() throws {
        var book = book { $0.ofScope = 3 }
        for second in stride(from: Int64(10), through: 30, by: 10) {
            begin(&book, at: second)
            end(&book, at: second + 1)
        }
        #expect(book.count == 3)
        #expect(book.takeUnwritten().removed.isEmpty)
        begin(&book, at: 40)
        let kept = try book.interruptions(of: [Self.scope], in: range(0, 1_000))
        #expect(kept.map(\.start.seconds) == [20, 30, 40])
        #expect(book.takeUnwritten().removed == [InterruptionID(1)])
    }

    @Test func `of all the oldest go that are over`() throws {
        var book = book { $0.total = 4 }
        begin(&book, .device(DeviceID(9)), at: 1)
        for number in Int64(1)...3 {
            begin(&book, .source(DataSourceID(number)), at: number * 10)
            end(&book, .source(DataSourceID(number)), at: number * 10 + 1)
        }
        #expect(book.count == 4)
        begin(&book, .source(DataSourceID(4)), at: 40)
        #expect(book.count == 4)
        let kept = try book.interruptions(of: nil, in: range(0, 1_000))
        #expect(kept.map(\.start.seconds) == [1, 20, 30, 40])
    }

    @Test func `no more go on at once than is allowed`() {
        var book = book { $0.open = 2 }
        for number in Int64(1)...3 { begin(&book, .source(DataSourceID(number)), at: 10) }
        #expect(book.openCount == 2 && book.count == 2)
        end(&book, .source(DataSourceID(1)), at: 20)
        begin(&book, .source(DataSourceID(3)), at: 30)
        #expect(book.openCount == 2 && book.count == 3)
        // What was not noted has no end either.
        end(&book, .source(DataSourceID(2)), at: 40)
        end(&book, .source(DataSourceID(2)), at: 50)
        #expect(book.openCount == 1)
    }

    @Test func `after 400 days one that is over is forgotten`() {
        var book = book()
        begin(&book, at: 0)
        end(&book, at: 1_000)
        begin(&book, at: 2_000)
        let last = Timestamp(seconds: 1_000 + 400 * 86_400)
        book.forgetOld(at: last)
        #expect(book.count == 2)
        book.forgetOld(at: last.advanced(milliseconds: 1))
        #expect(book.count == 1 && book.open(Self.scope)?.start.seconds == 2_000)
    }

    @Test func `versions change with what they are of`() {
        var book = book()
        let other = book.version(of: DeviceID(2))
        begin(&book, at: 10)
        #expect(book.version(of: DeviceID(2)) == other)
        let (all, own) = (book.version, book.version(of: Self.device))
        book.apply(.begin(.poller, at: Timestamp(seconds: 5), .stopped), of: nil)
        #expect(book.version > all && book.version(of: Self.device) > own)
        #expect(book.version(of: DeviceID(2)) > other)
        let now = book.version(of: Self.device)
        _ = book.takeUnwritten()
        #expect(book.version(of: Self.device) == now)
    }

    @Test func `what is written is not written again, and what failed is`() throws {
        var book = book()
        begin(&book, at: 10)
        var batch = book.takeUnwritten()
        #expect(batch.written.map(\.end) == [nil] && !book.hasUnwritten)
        end(&book, at: 20)
        batch = book.takeUnwritten()
        #expect(batch.written.map(\.end) == [Timestamp(seconds: 20)])
        #expect(batch.written.first?.lost == 2)
        book.giveBack(batch)
        #expect(book.takeUnwritten() == batch)
        // What went meanwhile is not written, but removed.
        book.giveBack(batch)
        book.forget([Self.scope], of: Self.device)
        let last = book.takeUnwritten()
        #expect(last.written.isEmpty && last.removed == [InterruptionID(1)])
    }

    @Test func `ids go on where they were, also behind removed ones`() throws {
        let kept = Interruption(
            id: InterruptionID(5), scope: Self.scope, start: Timestamp(seconds: 1),
            reason: Self.reason)
        var book = InterruptionBook([kept], nextID: 9)
        #expect(book.open(Self.scope) == kept && book.openCount == 1)
        end(&book, at: 20)
        begin(&book, at: 30)
        #expect(book.open(Self.scope)?.id == InterruptionID(9))
        var behind = InterruptionBook([kept])
        end(&behind, at: 20)
        begin(&behind, at: 30)
        #expect(behind.open(Self.scope)?.id == InterruptionID(6))
    }

    @Test func `words have an end`() {
        let longest = String(repeating: "ä", count: Interruption.Reason.longestWords)
        #expect(Interruption.Reason(code: "c", words: longest).words == longest)
        let cut = Interruption.Reason(code: "c", words: longest + "x").words
        #expect(cut == longest.dropLast() + "…")
    }
}
