/// What of a range is missing, and why.
package struct MissingData: Sendable, Hashable, Codable {
    /// Reasons that are told apart; what is missing for others is one.
    package static let mostParts = 8
    /// Stretches of time that are named of each reason.
    package static let mostStretches = 3

    /// Of the time in which something could be known, 0...1.
    package let share: Double
    /// The largest first; their shares add up to the whole.
    package let parts: [Part]

    /// What is missing for one reason.
    package struct Part: Sendable, Hashable, Codable {
        /// Stable name; “none” where no reason is on record.
        package let reason: String
        package let words: String
        /// Of the time in which something could be known, 0...1.
        package var share: Double
        /// In how many stretches of time.
        package let times: Int
        /// The longest of them, in the order of time: “02:10–03:40”.
        package let stretches: [String]
    }

    package static let noReason = "none"
    package static let otherReasons = "others"

    /// “7.2 % of the range is missing: …”, one sentence without its full stop.
    package var words: String {
        let parts = parts.map { part in
            let more = part.times - part.stretches.count
            return "\(Self.percent(part.share)) \(part.words) ("
                + part.stretches.joined(separator: ", ")
                + (more > 0 ? " and \(more) more" : "") + ")"
        }
        return "\(Self.percent(share)) of the range is missing: "
            + parts.joined(separator: "; ")
    }

    /// With one decimal; what is there is never nothing, and what is not all never all.
    package static func percent(_ share: Double) -> String {
        let percent = share * 100
        guard percent > 0, percent < 100 else { return "\(percent <= 0 ? 0 : 100) %" }
        return "\(NumberText.fixed(min(99.9, max(0.1, percent)), decimals: 1)) %"
    }
}

extension MissingData {
    /// nil where nothing is missing, or nothing could be known.
    ///
    /// - Parameters:
    ///   - gaps: in any order.
    ///   - interruptions: what is on record of the range.
    ///   - rowSeconds: how much time a row covers. As much as two rows beside an interruption
    ///     belong to it, because a row is known or unknown as a whole.
    ///   - expectedRows: rows that could be known.
    ///   - subject: what a scope is called, where there are several; nil: nothing.
    ///   - clock: how a time is written for the reader.
    package init?(
        _ gaps: [GapText.Gap], _ interruptions: [Interruption], rowSeconds: Int64,
        expectedRows: Int, subject: (Interruption.Scope) -> String? = { _ in nil },
        clock: (Timestamp) -> String
    ) {
        let all = GapText.merged(gaps)
        let expected = Double(expectedRows) * Double(rowSeconds) * 1_000
        guard !all.isEmpty, expected > 0 else { return nil }
        let missing = Self.milliseconds(all)
        share = min(1, missing / expected)
        var groups: [Key: [GapText.Gap]] = [:]
        var rest = all
        // What concerns everything explains what lies inside it too.
        for interruption in interruptions.sorted(by: Self.isBefore) where !rest.isEmpty {
            let stretch = GapText.Gap(
                start: interruption.start, end: interruption.end ?? Timestamp(milliseconds: .max))
            let taken = GapText.overlaps(of: stretch, rest)
            guard !taken.isEmpty else { continue }
            let key = Key(interruption, subject: subject(interruption.scope))
            groups[key, default: []] += taken
            rest = GapText.remainders(of: rest, without: taken, tolerance: 2_000 * rowSeconds)
        }
        if !rest.isEmpty { groups[.none, default: []] += rest }
        // Edges that belong to their neighbours count with them.
        let told = groups.values.reduce(0) { $0 + Self.milliseconds(GapText.merged($1)) }
        let scale = told > 0 ? missing / told : 1
        let made = groups.map { key, gaps in
            Self.part(key, GapText.merged(gaps), scale: scale / expected, clock: clock)
        }.sorted { ($1.share, $0.words) < ($0.share, $1.words) }
        parts = Self.limited(made)
    }

    private struct Key: Hashable {
        let reason: String
        let words: String

        static let none = Key(reason: noReason, words: "for no reason on record")

        private init(reason: String, words: String) {
            self.reason = reason
            self.words = words
        }

        init(_ interruption: Interruption, subject: String?) {
            reason = interruption.code
            words = GapText.cause(of: interruption, subject: subject)
        }
    }

    private static func isBefore(_ left: Interruption, _ right: Interruption) -> Bool {
        let ranks = [left, right].map { interruption in
            switch interruption.scope {
            case .poller: 0
            case .device: 1
            case .source: 2
            }
        }
        return (ranks[0], left.start, left.id) < (ranks[1], right.start, right.id)
    }

    private static func milliseconds(_ gaps: [GapText.Gap]) -> Double {
        gaps.reduce(0) { $0 + Double($1.end.milliseconds - $1.start.milliseconds) }
    }

    private static func part(
        _ key: Key, _ gaps: [GapText.Gap], scale: Double, clock: (Timestamp) -> String
    ) -> Part {
        let longest = gaps.sorted {
            $1.end.milliseconds - $1.start.milliseconds
                < $0.end.milliseconds - $0.start.milliseconds
        }.prefix(mostStretches).sorted { $0.start < $1.start }
        return Part(
            reason: key.reason, words: key.words, share: milliseconds(gaps) * scale,
            times: gaps.count,
            stretches: longest.map { "\(clock($0.start))–\(clock($0.end))" })
    }

    private static func limited(_ parts: [Part]) -> [Part] {
        guard parts.count > mostParts else { return parts }
        let rest = parts.dropFirst(mostParts - 1)
        return parts.prefix(mostParts - 1) + [
            Part(
                reason: otherReasons, words: "for \(rest.count) other reasons",
                share: rest.reduce(0) { $0 + $1.share }, times: rest.reduce(0) { $0 + $1.times },
                stretches: rest.first?.stretches ?? [])
        ]
    }
}
