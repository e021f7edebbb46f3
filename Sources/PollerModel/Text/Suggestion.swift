/// "Did you mean …?"
package enum Suggestion {
    /// Fewer characters begin too many words.
    private static let shortestBeginning = 3

    /// The candidate nearest to `text`, when it is near enough to be a slip of the keyboard:
    /// at most one change in three characters (Levenshtein distance with transpositions). Else the
    /// shortest one that begins with it.
    package static func nearest(to text: String, among candidates: some Sequence<String>) -> String?
    {
        let limit = max(1, text.count / 3)
        var best: (name: String, distance: Int)?
        let candidates = candidates.sorted()
        for candidate in candidates {
            let distance = distance(Array(text.lowercased()), Array(candidate.lowercased()))
            // Of one character nothing would be left.
            if distance <= limit, distance < text.count, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        guard best == nil, text.count >= shortestBeginning else { return best?.name }
        return candidates.filter { $0.lowercased().hasPrefix(text.lowercased()) }
            .min { $0.count < $1.count }
    }

    /// `" — did you mean “x”?"`, or nothing.
    package static func phrase(for text: String, among candidates: some Sequence<String>) -> String
    {
        nearest(to: text, among: candidates).map { "; did you mean “\($0)”?" } ?? ""
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
