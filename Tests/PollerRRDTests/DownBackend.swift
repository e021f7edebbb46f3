import PollerModel

@testable import PollerRRD

/// Files on a machine that answers or not, as a test says.
final class DownBackend: ArchiveBackend {
    let largestWrite = 16
    let quarantinedCount = 0
    let inspector: FileInspector? = nil
    var isDown: Bool
    private(set) var taken: [ArchiveWrite] = []

    init(isDown: Bool) { self.isDown = isDown }

    private func failure(_ path: String) -> StoreFailure {
        .failed(path: path, operation: "updated", detail: "nobody answers")
    }

    func create(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {}

    func write(_ writes: [ArchiveWrite], horizon: Timestamp) -> [Result<Void, StoreFailure>] {
        if !isDown { taken += writes }
        return writes.map { isDown ? .failure(failure($0.file.path)) : .success(()) }
    }

    func lastRow(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinLastRow { throw failure(file.path) }

    func series(
        _ read: SeriesRead, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinSeries { throw failure(read.path) }

    func plan(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapePlan { throw .elsewhere(path: file.path) }

    func reshape(
        _ file: RoundRobinFile, undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapeReport { throw .elsewhere(path: file.path) }

    func remove(_ path: String) throws(StoreFailure) {}
}
