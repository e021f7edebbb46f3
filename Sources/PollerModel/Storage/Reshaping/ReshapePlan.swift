/// What reshaping a file would change, before anything is.
package struct ReshapePlan: Hashable, Sendable {
    /// An archive in seconds, so that layouts of different steps compare.
    package struct Archive: Hashable, Sendable {
        /// "AVERAGE", "MAX" …, or a function that we do not write.
        package let function: String
        package let rowSeconds: Int64
        package let rows: Int
        package let unknownShare: Double

        package init(function: String, rowSeconds: Int64, rows: Int, unknownShare: Double) {
            self.function = function
            self.rowSeconds = rowSeconds
            self.rows = rows
            self.unknownShare = unknownShare
        }

        var words: String {
            "\(function) \(DurationText.words(rowSeconds)) for "
                + DurationText.words(rowSeconds * Int64(rows))
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

    package init(
        path: String, changes: [Change], losses: [Loss], bytesBefore: Int64, bytesAfter: Int64
    ) {
        self.path = path
        self.changes = changes
        self.losses = losses
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
    }

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
            "a step of \(DurationText.words(to)) instead of \(DurationText.words(from))"
        case .heartbeat(let from, let to):
            "a heartbeat of \(DurationText.words(to)) instead of \(DurationText.words(from))"
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
            "\(function.rawValue) between \(DurationText.words(from)) and \(DurationText.words(to)) ago: "
                + "\(DurationText.words(new)) rows instead of \(DurationText.words(old))"
        case .gone(let function, let from, let to, let old):
            "\(function.rawValue) between \(DurationText.words(from)) and \(DurationText.words(to)) ago: "
                + "lost (\(DurationText.words(old)) rows)"
        case .function(let function): "\(function.rawValue) is not kept any more"
        }
    }
}
