import PollerModel

/// All that a round-robin file holds, as values: what it is made of, what is in progress, and the
/// rows. Nothing here reads or writes a file.
struct RoundRobinContents {
    static let microsecondsPerSecond: Int64 = 1_000_000

    /// A data source, and the step that it has in progress.
    struct Source: Hashable {
        let name: String
        /// As in the file: "GAUGE", "COUNTER", "DERIVE" …
        let kind: String
        let heartbeatSeconds: Int64
        /// Bounds of its rates; NaN where there is none.
        let minimum: Double
        let maximum: Double
        /// The newest value as it was written, from which the next difference is taken; "U" when
        /// that was unknown.
        let lastText: String
        /// Rate × seconds of the running step so far; NaN while nothing of it is known.
        let sum: Double
        /// How much of the running step is unknown so far, in whole seconds.
        let unknownSeconds: Int64
    }

    /// What an archive's row in progress has gathered of one data source (rrd_format.h, cdp_prep).
    struct State {
        /// AVERAGE: the sum of the known steps; MAX, MIN: their extreme; LAST: the last of them.
        let value: Double
        let unknownSteps: Int64
        /// What librrd wrote to the newest row, and would have written to rows behind it. It sets
        /// both before it uses them.
        let primary: Double
        let secondary: Double
    }

    struct Archive {
        /// As in the file; with the functions of Holt and Winters, which we do not write.
        let functionName: String
        let stepsPerRow: Int64
        let rowCount: Int
        let unknownShare: Double
        /// `states[i]` belongs to `sources[i]`.
        let states: [State]
        /// From the oldest row to the newest, `sources.count` values each; NaN is unknown.
        let values: [Double]

        /// nil for a function that we do not write.
        var function: ConsolidationFunction? { ConsolidationFunction(rawValue: functionName) }
    }

    let stepSeconds: Int64
    /// When the newest value was written.
    let lastUpdateSeconds: Int64
    /// 0 ..< 1 000 000, behind the seconds.
    let lastUpdateMicroseconds: Int64
    let sources: [Source]
    let archives: [Archive]

    /// Microseconds since the epoch.
    var lastUpdate: Int64 {
        lastUpdateSeconds * Self.microsecondsPerSecond + lastUpdateMicroseconds
    }

    /// Where the newest complete stretch of so many seconds ends, in seconds: librrd's rows and
    /// steps begin and end at multiples of their length.
    func completeEnd(ofLength seconds: Int64) -> Int64 {
        lastUpdateSeconds / seconds * seconds
    }

    func rowSeconds(_ archive: Archive) -> Int64 { stepSeconds * archive.stepsPerRow }

    /// The end of an archive's newest row, in seconds.
    func end(_ archive: Archive) -> Int64 { completeEnd(ofLength: rowSeconds(archive)) }

    /// The beginning of an archive's oldest row, in seconds.
    func start(_ archive: Archive) -> Int64 {
        end(archive) - Int64(archive.rowCount) * rowSeconds(archive)
    }
}

extension RoundRobinContents.Archive {
    /// What share of a row may be unknown while the row is known. A row of one step follows
    /// librrd's rule for steps, whatever the archive says.
    var allowedUnknownShare: Double { stepsPerRow == 1 ? Self.stepUnknownShare : unknownShare }

    /// rrd_update.c: a step of which more is unknown is dropped.
    static let stepUnknownShare = 0.5
}
