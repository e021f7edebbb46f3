package import PollerModel

/// What reshaping a file would change, before anything is.
package struct ReshapePlan: Hashable, Sendable {
    /// An archive in seconds, so that layouts of different steps compare.
    package struct Archive: Hashable, Sendable {
        /// "AVERAGE", "MAX" …, or a function that we do not write.
        package let function: String
        package let rowSeconds: Int64
        package let rows: Int
        package let unknownShare: Double

        var words: String {
            "\(function) \(TimeWords.text(rowSeconds)) for "
                + TimeWords.text(rowSeconds * Int64(rows))
        }
    }

    package enum Change: Hashable, Sendable {
        case step(from: Int64, to: Int64)
        /// Of the data sources that stay.
        case heartbeat(from: Int64, to: Int64)
        case archiveAdded(Archive)
        case archiveRemoved(Archive)
        case sourceAdded(String)
        /// Its history goes with it.
        case sourceRemoved(String)
        /// A rate that becomes a gauge, or the other way round, begins unknown.
        case kind(source: String, from: String, to: String, keepsHistory: Bool)
        case sourceOrder
        /// What the file dropped for being out of bounds is checked before it is written.
        case boundsDropped(source: String)
    }

    /// What the new layout tells less finely than the old one, or not at all, as far back as the
    /// file has values. Ages in seconds before the newest row.
    package enum Loss: Hashable, Sendable {
        case coarser(
            ConsolidationFunction, fromAge: Int64, toAge: Int64, oldRowSeconds: Int64,
            newRowSeconds: Int64)
        case gone(ConsolidationFunction, fromAge: Int64, toAge: Int64, oldRowSeconds: Int64)
        /// No archive of this function is left.
        case function(ConsolidationFunction)
    }

    /// Relative to the state folder.
    package let path: String
    package let changes: [Change]
    package let losses: [Loss]
    package let bytesBefore: Int64
    package let bytesAfter: Int64

    package var isNothingToDo: Bool { changes.isEmpty }

    /// What a person reads, a line each.
    package var words: [String] {
        guard !isNothingToDo else { return ["nothing to do"] }
        return changes.map(\.words) + losses.map(\.words)
            + ["\(bytesBefore) bytes become \(bytesAfter)"]
    }
}

extension ReshapePlan.Change {
    package var words: String {
        switch self {
        case .step(let from, let to):
            "a step of \(TimeWords.text(to)) instead of \(TimeWords.text(from))"
        case .heartbeat(let from, let to):
            "a heartbeat of \(TimeWords.text(to)) instead of \(TimeWords.text(from))"
        case .archiveAdded(let archive): "new rows: \(archive.words)"
        case .archiveRemoved(let archive): "no more rows: \(archive.words)"
        case .sourceAdded(let name): "\(name) is new, and unknown so far"
        case .sourceRemoved(let name): "\(name) goes, with its history"
        case .kind(let name, let from, let to, let keepsHistory):
            "\(name) becomes \(to) instead of \(from)"
                + (keepsHistory ? "" : ", and begins without history")
        case .sourceOrder: "the data sources stand in another order"
        case .boundsDropped(let name):
            "\(name) has no bounds any more; values are checked before they are written"
        }
    }
}

extension ReshapePlan.Loss {
    package var words: String {
        switch self {
        case .coarser(let function, let from, let to, let old, let new):
            "\(function.rawValue) between \(TimeWords.text(from)) and \(TimeWords.text(to)) ago: "
                + "\(TimeWords.text(new)) rows instead of \(TimeWords.text(old))"
        case .gone(let function, let from, let to, let old):
            "\(function.rawValue) between \(TimeWords.text(from)) and \(TimeWords.text(to)) ago: "
                + "lost (\(TimeWords.text(old)) rows)"
        case .function(let function): "\(function.rawValue) is not kept any more"
        }
    }
}

/// A length of time in the largest unit that measures it in whole numbers.
enum TimeWords {
    private static let units: [(seconds: Int64, name: String)] = [
        (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"),
    ]

    static func text(_ seconds: Int64) -> String {
        guard seconds != 0, let unit = units.first(where: { seconds.isMultiple(of: $0.seconds) })
        else { return "0 s" }
        return "\(seconds / unit.seconds) \(unit.name)"
    }
}
