import PollerModel

/// The tables of a `PictureCache`: what is kept, what is being drawn, and who waits. A waiter is
/// in them until somebody takes it out, and whoever takes it out resumes it: so each is resumed
/// once.
struct PictureQueue<Key: Hashable & Sendable>: Sendable {
    typealias Waiter = CheckedContinuation<PictureOutcome, Never>

    /// What becomes of a request that has no picture yet.
    enum Turn {
        /// Somebody draws it already.
        case waits
        /// It is to be drawn now.
        case begins(number: Int)
        case ends(PictureOutcome)
    }

    private struct Drawing {
        /// Ascending in the order in which pictures were asked for.
        let number: Int
        var waiters: [Int: Waiter]
    }

    private var shelf: PictureShelf<Key>
    private var drawings: [Key: Drawing] = [:]
    /// Numbers of all that are being drawn, also of those that nobody waits for any more.
    private var underWay: Set<Int> = []
    private var waiting = 0
    private var lastNumber = 0
    private var tally = PictureCounters()

    init(capacityBytes: Int) { shelf = PictureShelf(capacityBytes: capacityBytes) }

    var counters: PictureCounters {
        var counters = tally
        counters.kept = shelf.count
        counters.evicted = shelf.evicted
        counters.keptBytes = shelf.bytes
        counters.underWay = underWay.count
        counters.waiting = waiting
        return counters
    }

    /// The picture where it is kept; else a ticket, with which the request joins and leaves.
    mutating func ask(_ key: Key) -> (kept: Picture?, ticket: Int) {
        lastNumber += 1
        let kept = shelf.picture(key)
        if kept != nil { tally.hits += 1 } else { tally.misses += 1 }
        return (kept, lastNumber)
    }

    mutating func join(_ key: Key, _ ticket: Int, _ waiter: Waiter) -> Turn {
        // It may have been finished since it was asked for.
        if let kept = shelf.picture(key) { return .ends(.success(kept)) }
        guard waiting < PictureLimits.largestWaiting else { return refuse(waiting) }
        if drawings[key] != nil {
            drawings[key]?.waiters[ticket] = waiter
            waiting += 1
            return .waits
        }
        guard underWay.count < PictureLimits.largestUnderWay else { return refuse(underWay.count) }
        drawings[key] = Drawing(number: ticket, waiters: [ticket: waiter])
        underWay.insert(ticket)
        waiting += 1
        return .begins(number: ticket)
    }

    private mutating func refuse(_ waiting: Int) -> Turn {
        tally.refused += 1
        return .ends(.failure(.render(.overloaded(waiting: waiting))))
    }

    /// Takes a waiter out; nil when it does not wait, or not yet.
    mutating func leave(
        _ key: Key, _ ticket: Int, isLate: Bool
    ) -> (Waiter, PictureOutcome)? {
        guard let drawing = drawings[key], let waiter = drawing.waiters[ticket] else { return nil }
        drawings[key]?.waiters[ticket] = nil
        waiting -= 1
        guard isLate else { return (waiter, .failure(.cancelled)) }
        tally.late += 1
        let before = underWay.count { $0 < drawing.number }
        return (waiter, .failure(.late(before: before)))
    }

    /// Whether anybody waits for this drawing. Where nobody does, it counts as given up: who asks
    /// from now on gets another.
    mutating func isWanted(_ key: Key, _ number: Int) -> Bool {
        guard let drawing = drawings[key], drawing.number == number else { return false }
        if drawing.waiters.isEmpty { drawings[key] = nil }
        return !drawing.waiters.isEmpty
    }

    /// Keeps what was drawn, and returns who waited for it.
    mutating func finish(
        _ key: Key, _ number: Int, _ result: Result<Picture, RenderFailure>
    ) -> [Waiter] {
        underWay.remove(number)
        var waiters: [Waiter] = []
        if let drawing = drawings[key], drawing.number == number {
            drawings[key] = nil
            waiters = Array(drawing.waiters.values)
            waiting -= waiters.count
        }
        switch result {
        case .success(let picture):
            tally.drawn += 1
            shelf.keep(picture, as: key)
        case .failure(.unwanted): tally.unwanted += 1
        case .failure(.overloaded): tally.refused += waiters.count
        case .failure(.failed), .failure(.stopped): tally.failed += 1
        }
        return waiters
    }
}
