import PollerModel

/// Deadlines of requests in flight, in slots of 10 ms: setting and finding one costs the same
/// for ten requests and ten thousand.
///
/// A request that was answered keeps its entry until its slot comes round; whoever asks checks
/// whether the deadline still stands.
struct TimerWheel {
    static let tickMilliseconds: Int64 = 10
    /// One turn is 10.24 s; later deadlines go round more than once.
    static let slotCount = 1_024

    struct Entry: Equatable {
        let key: Int
        let deadline: MonotonicTime
    }

    private var slots: [[Entry]] = Array(repeating: [], count: slotCount)
    private var tick: Int64
    private(set) var count = 0

    init(now: MonotonicTime) { tick = Self.tick(of: now) }

    private static func tick(of time: MonotonicTime) -> Int64 {
        time.milliseconds / tickMilliseconds
    }

    mutating func set(_ key: Int, at deadline: MonotonicTime) {
        // Rounded up: a timer never rings early. At the current tick or before, it rings next.
        let due = max(Self.tick(of: deadline) + 1, tick + 1)
        slots[Int(due % Int64(Self.slotCount))].append(Entry(key: key, deadline: deadline))
        count += 1
    }

    /// Takes off all entries whose deadline has passed.
    mutating func due(at now: MonotonicTime) -> [Entry] {
        let last = Self.tick(of: now)
        guard last > tick else { return [] }
        var due: [Entry] = []
        for step in (tick + 1)...min(last, tick + Int64(Self.slotCount)) {
            let index = Int(step % Int64(Self.slotCount))
            guard !slots[index].isEmpty else { continue }
            let entries = slots[index]
            slots[index] = entries.filter { $0.deadline > now }
            due += entries.filter { $0.deadline <= now }
        }
        tick = last
        count -= due.count
        return due
    }
}
