import PollerModel
import Testing

@Suite struct PollBudgetTests {
    private let step = Step(seconds: 60)

    private func time(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(milliseconds: 1_000_000 + milliseconds)
    }

    private func budget(
        _ groups: [(PollBudget.Purpose, Int, Int64?)], to end: Int64, asked: Int64
    ) -> PollBudget {
        PollBudget(
            from: time(0), to: time(end), askedMicroseconds: asked * 1_000,
            groups: groups.map {
                PollBudget.Group($0.0, objects: $0.1, answeredAt: $0.2.map(time))
            })
    }

    @Test func `each message's time is that of what it asked for`() throws {
        let budget = budget(
            [
                (.scalars, 2, 100), (.table("interfaces"), 10, 100),
                (.table("interfaces"), 10, 11_100), (.table("storage"), 4, 14_000),
            ], to: 14_200, asked: 14_200)
        #expect(budget.milliseconds == 14_200)
        #expect(budget.parts.map(\.purpose) == [.table("interfaces"), .table("storage"), .scalars])
        // Of the first 100 ms ten objects of twelve, and all of the second message.
        #expect(budget.parts[0].microseconds == 11_083_333)
        #expect(budget.parts[0].objects == 20)
        #expect(budget.parts[1].microseconds == 2_900_000)
        let step = try #require(step)
        #expect(
            budget.words(of: step) == "14.2 s of 60 s: 11.1 s in interfaces, 2.9 s in storage")
    }

    @Test func `what did not answer has the rest of the time, and says so`() throws {
        let budget = budget(
            [(.scalars, 1, 20), (.table("bgp"), 3, nil), (.table("late"), 3, nil)], to: 30_021,
            asked: 30_021)
        #expect(budget.parts[0].purpose == .table("bgp"))
        #expect(budget.parts[0].isUnanswered)
        #expect(!budget.parts.contains { $0.purpose == .table("late") })
        let step = try #require(step)
        #expect(budget.words(of: step).contains("30.0 s in bgp (no answer)"))
    }

    @Test func `a device that fails has no budget, though it had one`() {
        var status = DeviceStatus()
        #expect(status.currentBudget == nil)
        status.budget = budget([(.scalars, 1, 10)], to: 10, asked: 10)
        #expect(status.currentBudget == status.budget)
        status.failure = .noAnswer(attempts: 1, milliseconds: 1)
        #expect(status.currentBudget == nil)
    }

    @Test func `waiting for others is a part of its own`() throws {
        let budget = budget([(.scalars, 1, 5_010)], to: 5_010, asked: 10)
        #expect(budget.parts.map(\.purpose) == [.turn, .scalars])
        #expect(budget.parts.map(\.microseconds) == [5_000_000, 10_000])
        #expect(
            budget.words(of: try #require(step))
                == "5.0 s of 60 s: 5.0 s until it was its turn, 10 ms for what it has once")
    }

    @Test func `only the largest parts are kept, and what is short is not named`() throws {
        let groups = (1...9).map { (PollBudget.Purpose.table("t\($0)"), 1, Int64($0 * $0)) }
        let budget = budget(groups, to: 81, asked: 81)
        #expect(budget.parts.count == PollBudget.mostParts)
        #expect(budget.parts[0].purpose == .table("t9"))
        let short = PollBudget(
            from: time(0), to: MonotonicTime(microseconds: time(0).microseconds + 999),
            askedMicroseconds: 999,
            groups: [
                .init(
                    .scalars, objects: 1,
                    answeredAt: MonotonicTime(microseconds: time(0).microseconds + 999))
            ])
        #expect(short.words(of: try #require(step)) == "1 ms of 60 s")
    }

    @Test func `what is done behind the answers is added`() {
        let budget = budget([(.scalars, 1, 10)], to: 10, asked: 10)
            .adding(.init(.rereading, microseconds: 2_000_000))
        #expect(budget.milliseconds == 2_010)
        #expect(budget.parts.map(\.purpose) == [.rereading, .scalars])
    }

    @Test func `a clock that stands still or runs back makes no negative part`() {
        let budget = budget([(.scalars, 1, -50), (.table("x"), 1, -70)], to: 0, asked: 400)
        #expect(budget.microseconds == 0)
        #expect(budget.parts.isEmpty)
    }
}
