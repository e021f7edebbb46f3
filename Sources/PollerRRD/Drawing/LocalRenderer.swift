package import PollerModel

/// Draws with librrd on a thread of its own, one picture at a time: librrd before 1.8 shares one
/// font map between threads without a lock.
package final class LocalRenderer: GraphRenderer {
    /// Pictures that may wait: two seconds of usual ones (12 ms each), more than a minute of the
    /// largest that `GraphLimits` allows (half a second each).
    static let largestQueue = 150

    private let storage: RoundRobinStorage
    private let store: any RoundRobinStore
    private let heads = RenderHeads()
    private let thread = WorkThread(name: "rrd-render", limit: largestQueue)

    /// - Parameter store: what waits in it is brought into the files before they are drawn.
    package init(storage: RoundRobinStorage, store: some RoundRobinStore) {
        self.storage = storage
        self.store = store
    }

    package func stop() async { await thread.stop(patience: .zero) }

    package func render(
        _ script: GraphScript, while isWanted: @escaping @Sendable () -> Bool
    ) async throws(RenderFailure) -> GraphImage {
        let storage = storage
        let paths = script.elements.compactMap { element -> String? in
            if case .read(_, let path, _, _) = element { path } else { nil }
        }
        do {
            try await store.settle(Set(paths).sorted())
        } catch {
            // An older picture would look like the newest.
            throw .failed(detail: error.words)
        }
        let heads = heads
        let done = await thread.run { () -> Result<GraphImage, RRDLibrary.Failure>? in
            guard isWanted() else { return nil }
            let arguments = GraphArguments.arguments(for: script, folder: storage.folder)
            return storage.locks.withLocked(paths) {
                Result { () throws(RRDLibrary.Failure) in
                    for path in paths { try heads.check("\(storage.folder)/\(path)") }
                    return try RRDLibrary.graph(arguments, scale: script.scale, range: script.range)
                }
            }
        }
        switch done {
        case .success(.some(.success(let image))): return image
        case .success(.some(.failure(let failure))): throw .failed(detail: failure.words)
        case .success(.none): throw .unwanted
        case .failure(.overloaded(let waiting)): throw .overloaded(waiting: waiting)
        case .failure(.stopped): throw .stopped
        }
    }
}

/// Looks at heads before they are drawn from.
private final class RenderHeads: @unchecked Sendable {
    // @unchecked: only the render thread uses it.
    private let head = FileHead()

    func check(_ path: String) throws(RRDLibrary.Failure) {
        do {
            // A file that is ahead of the clock is drawn as any other.
            try head.read(path, horizon: Timestamp(seconds: Int64(Int32.max) * 2))
        } catch {
            throw RRDLibrary.Failure(words: "\(path) \(error.words)")
        }
    }
}
