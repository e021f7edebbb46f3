package import PollerModel

/// Draws with librrd on a thread of its own, one picture at a time: librrd before 1.8 shares one
/// font map between threads without a lock. It draws from rows that were read before, and opens no
/// file.
package final class RowRenderer: GraphRenderer {
    /// Pictures that may wait: two seconds of usual ones (12 ms each), more than a minute of the
    /// largest that `GraphLimits` allows (half a second each).
    static let largestQueue = 150

    private let thread = WorkThread(name: "rrd-render", limit: largestQueue)

    package init() {}

    package func stop() async { await thread.stop(patience: .zero) }

    package func command(for script: GraphScript, folder: String) -> [String] {
        GraphArguments.arguments(for: script, reading: .files(folder: folder))
    }

    package func render(
        _ script: GraphScript, while isWanted: @escaping @Sendable () -> Bool
    ) async throws(RenderFailure) -> GraphImage {
        let done = await thread.run { () -> Result<GraphImage, RRDLibrary.Failure>? in
            guard isWanted() else { return nil }
            let arguments = GraphArguments.arguments(for: script)
            return Result { () throws(RRDLibrary.Failure) in
                try RRDLibrary.graph(
                    arguments, series: script.rows, scale: script.scale, range: script.range)
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
