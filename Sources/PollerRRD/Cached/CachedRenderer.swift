package import PollerModel

/// Draws pictures of files that this machine does not have: their rows are fetched first, and
/// drawn then. A picture is as new as what was fetched, or there is none.
///
/// rrdcached takes no wish for a resolution and answers with the finest archive that reaches back
/// far enough; librrd draws the mean, or the peak, of the rows that fall on a pixel.
package final class CachedRenderer: GraphRenderer {
    /// Rows that a picture reads.
    package struct Request: Hashable, Sendable {
        /// Relative to the state folder (`DataSource.path`).
        package let path: String
        package let function: ConsolidationFunction
        package let range: TimeRange
    }

    /// Fetches rows; the answers belong to the requests in their order.
    package typealias Fetch =
        @Sendable ([Request]) async -> [Result<RoundRobinSeries, StoreFailure>]

    private let fetch: Fetch
    private let thread = WorkThread(name: "rrd-render", limit: LocalRenderer.largestQueue)

    package init(fetch: @escaping Fetch) { self.fetch = fetch }

    package func stop() async { await thread.stop(patience: .zero) }

    package func render(
        _ script: GraphScript, while isWanted: @escaping @Sendable () -> Bool
    ) async throws(RenderFailure) -> GraphImage {
        var files: [GraphArguments.Fetched] = []
        for case .read(_, let path, _, let function) in script.elements {
            let file = GraphArguments.Fetched(path: path, function: function)
            if !files.contains(file) { files.append(file) }
        }
        let answers = await fetch(
            files.map { Request(path: $0.path, function: $0.function, range: script.range) })
        guard answers.count == files.count else { throw .stopped }
        var series: [RoundRobinSeries] = []
        for answer in answers {
            switch answer {
            case .success(let rows): series.append(rows)
            case .failure(.stopped): throw .stopped
            case .failure(.overloaded(let waiting)): throw .overloaded(waiting: waiting)
            case .failure(let failure): throw .failed(detail: failure.words)
            }
        }
        let done = await thread.run {
            [files, series] () -> Result<GraphImage, RRDLibrary.Failure>? in
            guard isWanted() else { return nil }
            let arguments = GraphArguments.arguments(for: script, fetched: files)
            return Result { () throws(RRDLibrary.Failure) in
                try RRDLibrary.graph(
                    arguments, series: series, scale: script.scale, range: script.range)
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
