import PollerModel

/// Whether a new file is what it should be, asked of librrd and of the old file.
struct ReshapeCheck {
    /// What is not as it should be.
    struct Difference: Error, Hashable {
        let words: String
    }

    private static let sampleRows = 100

    let old: RoundRobinContents
    /// As read back from the file.
    let new: RoundRobinContents
    let definition: RoundRobinFile

    /// Has librrd read the new file, and compares.
    func compareWithLibrary(_ path: String) throws(Difference) {
        do {
            try compareNewest()
            for position in new.archives.indices { try compareRows(path, position) }
        } catch let difference as Difference {
            throw difference
        } catch let failure as RRDLibrary.Failure {
            throw Difference(words: "librrd cannot read the new file: \(failure.words)")
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
    }

    private func compareNewest() throws(Difference) {
        guard new.lastUpdate == old.lastUpdate else {
            throw Difference(words: "its newest row has another time")
        }
    }

    private func compareRows(_ path: String, _ position: Int) throws {
        let wanted = new.archives[position]
        guard let function = wanted.function else {
            throw Difference(words: "archive \(position + 1) has another function")
        }
        let length = new.rowSeconds(wanted)
        // Sums are compared over whole archives of AVERAGE; of the others it is enough to see
        // that librrd finds their newest rows where they are. It knows no time before 1970.
        let rows = function == .average ? wanted.rowCount : min(wanted.rowCount, Self.sampleRows)
        let start = max(new.end(wanted) - Int64(rows) * length, length)
        let firstRow = wanted.rowCount - Int((new.end(wanted) - start) / length)
        // librrd takes the first archive that has such rows and reaches back so far; where rows
        // are of one step, whatever its function.
        let first = new.archives.firstIndex { archive in
            new.rowSeconds(archive) == length && new.start(archive) <= start
                && (archive.function == function || archive.stepsPerRow == 1)
        }
        guard first == position else { return }
        let series = try RRDLibrary.rows(
            path, function: function, start: start, end: new.end(wanted) - 1, stepSeconds: length)
        guard series.stepSeconds == length, series.start.seconds == start,
            series.rowCount == wanted.rowCount - firstRow, series.names == new.sources.map(\.name)
        else { throw Difference(words: "librrd reads archive \(position + 1) otherwise") }
        let count = new.sources.count
        for (place, value) in series.values.enumerated() {
            let own = wanted.values[firstRow * count + place]
            guard value == own || (value.isNaN && own.isNaN) else {
                throw Difference(
                    words:
                        "librrd reads row \(firstRow + place / count + 1) of archive "
                        + "\(position + 1) otherwise")
            }
        }
    }

    /// What each AVERAGE archive comes to, before and after.
    func archives() throws(Difference) -> [ReshapeReport.Archive] {
        let history = RoundRobinHistory(old)
        let origins = Resampler.origins(of: definition.sources, in: old)
        var result: [ReshapeReport.Archive] = []
        for (position, archive) in definition.archives.enumerated()
        where archive.function == .average {
            let rows = NewRows(archive, step: definition.step, contents: old)
            let spans = history.spans(
                .average, rowSeconds: new.rowSeconds(new.archives[position]),
                unknownShare: rows.unknownShare)
            var sources: [ReshapeReport.Source] = []
            for (source, origin) in origins.enumerated() {
                var pieces: [HistoryPiece] = []
                if let origin {
                    history.pieces(
                        spans, source: origin, from: rows.start, to: rows.end, into: &pieces)
                }
                let values = new.archives[position].values
                let column = stride(from: source, to: values.count, by: origins.count).lazy
                    .map { values[$0] }
                let comparison = Conservation(pieces).comparison(column, rows)
                let name = definition.sources[source].name
                guard comparison.isConserved else {
                    throw Difference(
                        words: "\(name) in archive \(position + 1) comes to "
                            + "\(comparison.after.integral) instead of "
                            + "\(comparison.before.integral)")
                }
                sources.append(
                    ReshapeReport.Source(
                        name: name, before: comparison.before, after: comparison.after))
            }
            result.append(
                ReshapeReport.Archive(
                    archive: archive, rowSeconds: new.rowSeconds(new.archives[position]),
                    sources: sources))
        }
        return result
    }
}
