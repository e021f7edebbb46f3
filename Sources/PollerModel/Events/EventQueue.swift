/// Events between the report and the database: what is still to be written, and which of those
/// that were are counted on when the same happens again.
package struct EventQueue: Sendable {
    /// By what an event is the same as one before.
    private struct Likeness: Hashable {
        let kind: EventKind
        let subject: Event.Subject
        let reason: String
    }

    private struct Fold {
        let id: EventID
        let begunAt: MonotonicTime
        var lastAt: MonotonicTime
        var count: Int

        func takes(_ now: MonotonicTime) -> Bool {
            now.milliseconds - lastAt.milliseconds <= EventLimits.foldMilliseconds
                && now.milliseconds - begunAt.milliseconds <= EventLimits.longestFoldMilliseconds
        }
    }

    private let capacity: Int
    private let mostFolds: Int
    private var nextID: Int64
    private var waiting: [Event] = []
    private var repeats: [EventID: EventRepeat] = [:]
    private var folds: [Likeness: Fold] = [:]
    /// Events that found no room since the last batch.
    private var lostCount = 0
    /// Since the start.
    package private(set) var lostInAll = 0

    /// - Parameter nextID: higher than any that was ever used.
    package init(
        nextID: Int64 = 1, capacity: Int = EventLimits.largestQueue,
        mostFolds: Int = EventLimits.mostFolds
    ) {
        self.nextID = nextID
        self.capacity = capacity
        self.mostFolds = mostFolds
    }

    package var isEmpty: Bool { waiting.isEmpty && repeats.isEmpty && lostCount == 0 }

    /// Takes an event in.
    ///
    /// - Parameter name: what its subject is called now.
    /// - Returns: what is kept of it; nil where it is counted on another, or lost.
    @discardableResult
    package mutating func add(
        _ new: NewEvent, at now: Moment, name: @autoclosure () -> String
    ) -> Event? {
        let likeness = Likeness(
            kind: new.kind, subject: new.subject,
            reason: new.likeness ?? new.details["reason"] ?? new.words)
        if new.kind.isFolded, var fold = folds[likeness], fold.takes(now.monotonic) {
            fold.lastAt = now.monotonic
            fold.count += 1
            folds[likeness] = fold
            // Where it is not written yet, it is counted on behind that.
            repeats[fold.id] = EventRepeat(
                id: fold.id, count: fold.count, lastTime: new.time ?? now.wall)
            return nil
        }
        guard waiting.count < capacity else {
            lostCount += 1
            lostInAll += 1
            return nil
        }
        let id = EventID(nextID)
        nextID += 1
        let event = Event(id: id, new, time: new.time ?? now.wall, name: new.name ?? name())
        waiting.append(event)
        guard new.kind.isFolded else { return event }
        if folds.count >= mostFolds {
            folds = folds.filter { $0.value.takes(now.monotonic) }
        }
        guard folds.count < mostFolds else { return event }
        folds[likeness] = Fold(
            id: id, begunAt: now.monotonic, lastAt: now.monotonic, count: 1)
        return event
    }

    /// What is to be written; it counts as written from now on.
    package mutating func take(at now: Timestamp) -> EventBatch {
        if lostCount > 0 {
            let id = EventID(nextID)
            nextID += 1
            let lost = NewEvent(
                .eventsLost,
                "\(lostCount) events came faster than they could be written, and are lost",
                details: ["count": "\(lostCount)"])
            waiting.append(Event(id: id, lost, time: now, name: ""))
            lostCount = 0
        }
        defer { (waiting, repeats) = ([], [:]) }
        return EventBatch(
            written: waiting, repeats: repeats.values.sorted { $0.id < $1.id }, at: now)
    }

    /// Takes a batch back that could not be written.
    package mutating func giveBack(_ batch: EventBatch) {
        let room = max(0, capacity - waiting.count)
        let kept = batch.written.suffix(room)
        lostCount += batch.written.count - kept.count
        lostInAll += batch.written.count - kept.count
        let dropped = Set(batch.written.dropLast(kept.count).map(\.id))
        // What happens again is an event of its own then.
        if !dropped.isEmpty { folds = folds.filter { !dropped.contains($0.value.id) } }
        waiting = kept + waiting
        for again in batch.repeats where repeats[again.id] == nil && !dropped.contains(again.id) {
            repeats[again.id] = again
        }
    }
}

/// What is written at once.
package struct EventBatch: Sendable, Hashable {
    /// Ascending by id.
    package var written: [Event]
    package var repeats: [EventRepeat]
    /// By which it is told what is too old.
    package var at: Timestamp

    package init(written: [Event] = [], repeats: [EventRepeat] = [], at: Timestamp) {
        self.written = written
        self.repeats = repeats
        self.at = at
    }

    package var isEmpty: Bool { written.isEmpty && repeats.isEmpty }
}

/// An event that was written and happened again.
package struct EventRepeat: Sendable, Hashable {
    package let id: EventID
    /// In all.
    package let count: Int
    package let lastTime: Timestamp

    package init(id: EventID, count: Int, lastTime: Timestamp) {
        self.id = id
        self.count = count
        self.lastTime = lastTime
    }
}
