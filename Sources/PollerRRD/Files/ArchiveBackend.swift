import PollerModel

/// Where rows end up: files of this machine, or those of an rrdcached. Only the writer's thread
/// uses it. Waiting for it may take long, never for ever. `horizon` is the latest time that can be
/// true now: a file that is much later is damaged.
protocol ArchiveBackend: AnyObject {
    /// Files that `write` takes at once. More than one where each call costs a round trip.
    var largestWrite: Int { get }
    /// Files that were moved away since the start because they must not be opened.
    var quarantinedCount: Int { get }
    /// Looks at the files themselves; nil when they lie on another machine.
    var inspector: FileInspector? { get }

    /// Makes a file empty since `start`; does nothing when there is one.
    func create(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure)

    /// Adds each file's rows, and makes a file that is missing. Rows that are not later than the
    /// newest one in the file are left out: they are in it already. `results[i]` belongs to
    /// `writes[i]`.
    func write(_ writes: [ArchiveWrite], horizon: Timestamp) -> [Result<Void, StoreFailure>]

    func lastRow(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinLastRow

    func series(_ read: SeriesRead, horizon: Timestamp) throws(StoreFailure) -> RoundRobinSeries

    /// What reshaping a file would change.
    func plan(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapePlan

    /// Gives a file another layout (`Reshaper`).
    ///
    /// - Parameter undoPath: where the old one stays, relative to the state folder.
    func reshape(
        _ file: RoundRobinFile, undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapeReport

    /// Removes a file for good; does nothing when there is none.
    func remove(_ path: String) throws(StoreFailure)
}

/// Rows that are to be added to one file, oldest first.
struct ArchiveWrite {
    let file: RoundRobinFile
    let rows: PackedRows
}
