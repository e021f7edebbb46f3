/// What is written under a picture of its gaps.
package enum GapText {
    /// Under one picture.
    package static let mostSentences = 3

    /// Values are unknown from `start` to `end`.
    package struct Gap: Sendable, Hashable {
        package let start: Timestamp
        package var end: Timestamp

        package init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }

        fileprivate var milliseconds: Int64 { end.milliseconds - start.milliseconds }

        /// The part of it that lies in a range; nil where none does.
        func clipped(to range: TimeRange) -> Gap? {
            let part = Gap(start: max(start, range.start), end: min(end, range.end))
            return part.start < part.end ? part : nil
        }
    }

    /// One reason for gaps, and how much of them it explains.
    private struct Part {
        /// nil: the gap has no reason on record.
        let interruption: Interruption?
        let start: Timestamp
        let end: Timestamp?
        var milliseconds: Int64
    }

    /// At most `mostSentences`, the longest interruption first; the last counts the rest. Gaps of
    /// one interruption are one, and what no interruption explains is said too.
    ///
    /// - Parameters:
    ///   - gaps: in any order.
    ///   - rowSeconds: how much time a row of the picture covers. So much less than an
    ///     interruption, or more, a gap may be because a row is known or unknown as a whole.
    ///   - subject: what a scope is called, where a picture shows several; nil: nothing.
    ///   - clock: how a time is written for the reader (`GapClock`).
    package static func sentences(
        for gaps: [Gap], _ interruptions: [Interruption], rowSeconds: Int64,
        subject: (Interruption.Scope) -> String? = { _ in nil }, clock: (Timestamp) -> String
    ) -> [String] {
        let gaps = merged(gaps)
        guard !gaps.isEmpty else { return [] }
        let parts = parts(of: gaps, interruptions, rowSeconds: rowSeconds)
        var texts: [(text: String, milliseconds: Int64)] = []
        var places: [String: Int] = [:]
        for part in parts {
            let text = sentence(part, subject: subject, clock: clock)
            // Two data sources may miss the same time for the same reason.
            if let place = places[text] {
                texts[place].milliseconds = max(texts[place].milliseconds, part.milliseconds)
            } else {
                places[text] = texts.count
                texts.append((text, part.milliseconds))
            }
        }
        texts.sort { $0.milliseconds > $1.milliseconds }
        guard texts.count > mostSentences else { return texts.map(\.text) }
        let rest = texts.dropFirst(mostSentences - 1)
        let named = texts.prefix(mostSentences - 1).map(\.milliseconds).min() ?? 0
        let kind = rest.allSatisfy { $0.milliseconds < named } ? "shorter" : "other"
        let seconds = rest.reduce(0) { $0 + $1.milliseconds } / 1_000
        return texts.prefix(mostSentences - 1).map(\.text)
            + ["and \(rest.count) \(kind) gaps (\(DurationText.words(max(seconds, 1))))"]
    }

    // MARK: Parts

    /// In the order of time, without overlaps.
    static func merged(_ gaps: [Gap]) -> [Gap] {
        var merged: [Gap] = []
        for gap in gaps.sorted(by: { $0.start < $1.start }) where gap.start < gap.end {
            if let last = merged.last, gap.start <= last.end {
                merged[merged.count - 1].end = max(last.end, gap.end)
            } else {
                merged.append(gap)
            }
        }
        return merged
    }

    private static func parts(
        of gaps: [Gap], _ interruptions: [Interruption], rowSeconds: Int64
    ) -> [Part] {
        var parts: [Part] = []
        var covered: [Gap] = []
        for interruption in interruptions.sorted(by: { ($0.start, $0.id) < ($1.start, $1.id) }) {
            let end = interruption.end ?? .latest
            let explained = overlaps(of: Gap(start: interruption.start, end: end), gaps)
            guard !explained.isEmpty else { continue }
            covered += explained
            parts.append(
                Part(
                    interruption: interruption, start: interruption.start, end: interruption.end,
                    milliseconds: explained.reduce(0) { $0 + $1.milliseconds }))
        }
        let bare = remainders(of: gaps, without: merged(covered), tolerance: 2_000 * rowSeconds)
        return parts
            + bare.map {
                Part(interruption: nil, start: $0.start, end: $0.end, milliseconds: $0.milliseconds)
            }
    }

    /// The parts of `gaps` that lie in `stretch`.
    static func overlaps(of stretch: Gap, _ gaps: [Gap]) -> [Gap] {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].end <= stretch.start { low = middle + 1 } else { high = middle }
        }
        return gaps[low...].prefix { $0.start < stretch.end }.map {
            Gap(start: max($0.start, stretch.start), end: min($0.end, stretch.end))
        }
    }

    /// What of `gaps` is in none of `covered`. Beside what is covered, as much as `tolerance`
    /// belongs to it.
    static func remainders(
        of gaps: [Gap], without covered: [Gap], tolerance: Int64
    ) -> [Gap] {
        var rest: [Gap] = []
        for gap in gaps {
            var start = gap.start
            let inside = overlaps(of: gap, covered)
            for part in inside {
                let before = Gap(start: start, end: part.start)
                if before.milliseconds > tolerance { rest.append(before) }
                start = part.end
            }
            let after = Gap(start: start, end: gap.end)
            if after.milliseconds > (inside.isEmpty ? 0 : tolerance) { rest.append(after) }
        }
        return rest
    }

    // MARK: Words

    private static func sentence(
        _ part: Part, subject: (Interruption.Scope) -> String?, clock: (Timestamp) -> String
    ) -> String {
        let time = time(part, clock)
        guard let interruption = part.interruption else {
            return "unknown \(time): no reason on record"
        }
        let name = subject(interruption.scope)
        let reason = interruption.reason
        switch (interruption.scope, reason.code) {
        case (.poller, Interruption.Reason.stopped.code): return "pollerd not running \(time)"
        case (.poller, _): return "nothing stored \(time): \(reason.words)"
        case (.device, Interruption.Reason.disabled.code):
            return "\(name ?? "device") switched off \(time)"
        case (.device, let code) where silences.contains(code):
            return "\(name ?? "device") down \(time): \(reason.words)"
        case (.device, _):
            return (name.map { "\($0): " } ?? "") + "no values \(time): \(reason.words)"
        case (.source, _):
            return (name.map { "\($0) " } ?? "") + "unknown \(time): \(reason.words)"
        }
    }

    /// What an interruption was, without its time: “device down: nothing answered …”.
    static func cause(of interruption: Interruption, subject: String?) -> String {
        let reason = interruption.reason
        let name = subject.map { "\($0): " } ?? ""
        return switch (interruption.scope, reason.code) {
        case (.poller, Interruption.Reason.stopped.code): "pollerd not running"
        case (.poller, _): "nothing stored: \(reason.words)"
        case (.device, Interruption.Reason.disabled.code): "\(subject ?? "device") switched off"
        case (.device, let code) where silences.contains(code): "\(subject ?? "device") down"
        case (.device, _), (.source, _): "\(name)\(reason.words)"
        }
    }

    /// Codes of an agent that is not there.
    private static let silences: Set<String> = [
        SNMPFailure.noAnswer(attempts: 1, milliseconds: 1).code,
        SNMPFailure.portClosed(port: 161).code, SNMPFailure.noRoute(detail: "").code,
    ]

    private static func time(_ part: Part, _ clock: (Timestamp) -> String) -> String {
        let start = clock(part.start)
        guard let end = part.end else { return "since \(start)" }
        guard clock(end) != start else {
            let seconds = Gap(start: part.start, end: end).milliseconds / 1_000
            return "at \(start) for \(DurationText.words(max(seconds, 1)))"
        }
        return "\(start)–\(clock(end))"
    }
}

extension Timestamp {
    /// Behind all that is asked for.
    fileprivate static let latest = Timestamp(milliseconds: .max)
}
