import PollerModel

/// Files that are to be written, in the order in which they became due, and those that will be
/// when they have waited long enough.
struct FlushQueue {
    /// Files that become due within so long are looked at together.
    private static let roundMilliseconds: Int64 = 8_000

    /// Files that may be written before they are due, when there is nothing else to do.
    private static let largestLeisure = 4_096

    private var due: [BufferedFile] = []
    private var taken = 0
    private var rounds: [Int64: [BufferedFile]] = [:]
    private var earliestRound = Int64.max
    private var leisure: [BufferedFile] = []

    var count: Int { due.count - taken }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ file: BufferedFile) {
        guard !file.isQueued else { return }
        file.isQueued = true
        due.append(file)
    }

    /// A file that has begun to wait, to be written at its deadline at the latest.
    mutating func remember(_ file: BufferedFile) {
        if leisure.count < Self.largestLeisure { leisure.append(file) }
        let round = Self.round(file.deadline)
        rounds[round, default: []].append(file)
        earliestRound = min(earliestRound, round)
    }

    /// The file is not to be written any more.
    mutating func forget(_ file: BufferedFile) {
        // Its rows are gone, so nothing is written when its turn comes.
        file.isQueued = false
    }

    /// Files whose deadline has passed become due.
    mutating func expire(at now: MonotonicTime) {
        let current = Self.round(now)
        guard earliestRound < current else { return }
        for round in rounds.keys.filter({ $0 < current }) {
            for file in rounds.removeValue(forKey: round) ?? [] {
                // Written meanwhile, and waiting anew or for nothing.
                guard !file.rows.isEmpty, file.deadline <= now else { continue }
                append(file)
            }
        }
        earliestRound = rounds.keys.min() ?? .max
    }

    /// Up to `count` files that are not due yet become so, those that wait longest first.
    mutating func hurry(_ count: Int) {
        var left = count
        var seen = 0
        while left > 0, seen < leisure.count {
            if !leisure[seen].rows.isEmpty {
                append(leisure[seen])
                left -= 1
            }
            seen += 1
        }
        leisure.removeFirst(seen)
    }

    mutating func take(_ count: Int) -> [BufferedFile] {
        let end = min(taken + count, due.count)
        let files = Array(due[taken..<end])
        for file in files { file.isQueued = false }
        taken = end
        // Not at every call: what is behind is moved each time.
        if taken == due.count || taken > 4_096 {
            due.removeFirst(taken)
            taken = 0
        }
        return files
    }

    private static func round(_ time: MonotonicTime) -> Int64 {
        time.milliseconds / roundMilliseconds
    }
}
