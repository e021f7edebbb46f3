package import PollerModel

/// Draws with librrd on a thread of its own, one picture at a time: librrd before 1.8 shares one
/// font map between threads without a lock.
package final class LocalRenderer: GraphRenderer {
    /// Pictures that may wait: two seconds of usual ones (12 ms each), more than a minute of the
    /// largest that `GraphLimits` allows (half a second each).
    static let largestQueue = 150

    private let storage: RoundRobinStorage
    private let thread = WorkThread(name: "rrd-render", limit: largestQueue)

    package init(storage: RoundRobinStorage) { self.storage = storage }

    package func stop() async { await thread.stop(patience: .zero) }

    package func render(_ script: GraphScript) async throws(RenderFailure) -> GraphImage {
        let storage = storage
        let paths = script.elements.compactMap { element -> String? in
            if case .read(_, let path, _, _) = element { path } else { nil }
        }
        let done = await thread.run { () -> Result<GraphImage, RRDLibrary.Failure> in
            let arguments = GraphArguments.arguments(for: script, folder: storage.folder)
            return storage.locks.withLocked(paths) {
                Result { () throws(RRDLibrary.Failure) in
                    try RRDLibrary.graph(arguments, scale: script.scale, range: script.range)
                }
            }
        }
        switch done {
        case .success(.success(let image)): return image
        case .success(.failure(let failure)): throw .failed(detail: failure.words)
        case .failure(.overloaded(let waiting)): throw .overloaded(waiting: waiting)
        case .failure(.stopped): throw .stopped
        }
    }
}
