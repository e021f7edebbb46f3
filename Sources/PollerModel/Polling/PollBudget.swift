/// Where the time of one poll of a device went: how much of its interval, and for what.
package struct PollBudget: Sendable, Hashable {
    /// What part of a poll took time.
    package enum Purpose: Sendable, Hashable {
        /// Values of rows of the data query with this name.
        case table(String)
        /// What a device has once, and what tells whether it is there.
        case scalars
        /// What rows call themselves, to see whether they moved.
        case probes
        /// Others were asked before.
        case turn
        /// Tables were read again because they may have changed.
        case rereading

        package var words: String {
            switch self {
            case .table(let name): "in \(name)"
            case .scalars: "for what it has once"
            case .probes: "for the names of rows"
            case .turn: "until it was its turn"
            case .rereading: "reading tables again"
            }
        }

        /// For programs.
        package var code: String {
            switch self {
            case .table(let name): "table:\(name)"
            case .scalars: "scalars"
            case .probes: "probes"
            case .turn: "turn"
            case .rereading: "rereading"
            }
        }
    }

    package struct Part: Sendable, Hashable {
        package let purpose: Purpose
        package var microseconds: Int64
        /// Objects that were asked for it.
        package var objects: Int
        /// Whether an answer did not come.
        package var isUnanswered = false

        package init(_ purpose: Purpose, microseconds: Int64, objects: Int = 0) {
            self.purpose = purpose
            self.microseconds = microseconds
            self.objects = objects
        }
    }

    /// Objects that were asked together.
    package struct Group: Sendable, Hashable {
        package let purpose: Purpose
        package let objects: Int
        /// When the message that answered it arrived; nil: none did.
        package let answeredAt: MonotonicTime?

        package init(_ purpose: Purpose, objects: Int, answeredAt: MonotonicTime?) {
            self.purpose = purpose
            self.objects = objects
            self.answeredAt = answeredAt
        }
    }

    /// Parts that are kept of a poll.
    package static let mostParts = 4
    /// Parts that a sentence names, and what is too short to be named.
    static let mostNamed = 2
    static let shortestNamed: Int64 = 1_000

    /// From its beginning to what is known at its end.
    package private(set) var microseconds: Int64
    /// The largest first.
    package private(set) var parts: [Part]

    /// - Parameters:
    ///   - asked: how long questions were without their answers, in all (`SNMPEffort`).
    ///   - groups: in the order in which they were asked; one message follows the other.
    package init(
        from start: MonotonicTime, to end: MonotonicTime, askedMicroseconds asked: Int64,
        groups: [Group]
    ) {
        microseconds = max(0, end.microseconds - start.microseconds)
        var parts: [Purpose: Part] = [:]
        let waited = max(0, microseconds - asked)
        var last = start.microseconds + waited
        parts[.turn] = Part(.turn, microseconds: waited)
        for group in groups {
            parts[group.purpose, default: Part(group.purpose, microseconds: 0)].objects +=
                group.objects
        }
        for (time, message) in Self.messages(groups) {
            let took = max(0, time - last)
            last = max(last, time)
            let objects = message.reduce(0) { $0 + $1.objects }
            for group in message {
                let share = objects == 0 ? 1 : Double(group.objects) / Double(objects)
                parts[group.purpose]?.microseconds += Int64((Double(took) * share).rounded())
            }
        }
        // Behind the first question without an answer nothing is asked.
        if let silent = groups.first(where: { $0.answeredAt == nil }) {
            parts[silent.purpose]?.microseconds += max(0, end.microseconds - last)
            parts[silent.purpose]?.isUnanswered = true
        }
        self.parts = Self.largest(Array(parts.values))
    }

    /// Groups by the message that answered them, in the order of arrival.
    private static func messages(_ groups: [Group]) -> [(time: Int64, groups: [Group])] {
        let answered = groups.compactMap { group in
            group.answeredAt.map { (time: $0.microseconds, group: group) }
        }.sorted { $0.time < $1.time }
        var messages: [(time: Int64, groups: [Group])] = []
        for (time, group) in answered {
            if messages.last?.time == time {
                messages[messages.count - 1].groups.append(group)
            } else {
                messages.append((time, [group]))
            }
        }
        return messages
    }

    private static func largest(_ parts: [Part]) -> [Part] {
        Array(
            parts.filter { $0.microseconds > 0 }.sorted {
                ($1.microseconds, $0.purpose.code) < ($0.microseconds, $1.purpose.code)
            }.prefix(mostParts))
    }

    /// The same with what was done behind the answers.
    package func adding(_ part: Part) -> PollBudget {
        var budget = self
        budget.microseconds += part.microseconds
        budget.parts = Self.largest(parts + [part])
        return budget
    }

    package var milliseconds: Int64 { (microseconds + 999) / 1_000 }

    /// “14.2 s of 60 s: 11.0 s in interfaces, 2.1 s for what it has once”.
    package func words(of step: Step) -> String {
        let named = parts.prefix(Self.mostNamed).filter {
            $0.microseconds >= Self.shortestNamed
        }
        let total = "\(Self.duration(microseconds)) of \(step.seconds) s"
        guard !named.isEmpty else { return total }
        return total + ": " + named.map(Self.words).joined(separator: ", ")
    }

    /// “11.0 s in interfaces”.
    static func words(_ part: Part) -> String {
        "\(duration(part.microseconds)) \(part.purpose.words)"
            + (part.isUnanswered ? " (no answer)" : "")
    }

    static func duration(_ microseconds: Int64) -> String {
        microseconds < 1_000_000
            ? "\((microseconds + 999) / 1_000) ms"
            : "\(NumberText.fixed(Double(microseconds) / 1_000_000, decimals: 1)) s"
    }
}

/// The same as `/api/v1/devices` and `pollerctl device show -o json` show it.
package struct PollBudgetReport: Sendable, Hashable, Codable {
    package struct Part: Sendable, Hashable, Codable {
        /// `table:interfaces`, `scalars`, `probes`, `turn` or `rereading`.
        package let purpose: String
        package let milliseconds: Double
        package let objects: Int
        package let answered: Bool
    }

    package let milliseconds: Double
    package let intervalSeconds: Int64
    /// The largest first; small ones are left out.
    package let parts: [Part]
    package let words: String

    package init(_ budget: PollBudget, of step: Step) {
        milliseconds = Double(budget.microseconds) / 1_000
        intervalSeconds = step.seconds
        parts = budget.parts.map {
            Part(
                purpose: $0.purpose.code, milliseconds: Double($0.microseconds) / 1_000,
                objects: $0.objects, answered: !$0.isUnanswered)
        }
        words = budget.words(of: step)
    }
}
