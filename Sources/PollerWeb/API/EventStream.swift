import HTTPTypes
import Hummingbird
import PollerModel

/// Answers that go on while something takes its time: one JSON object a line, as things happen; a
/// failure is the last line. The status is 200 because it goes out before the end is known.
enum EventStream {
    typealias Report = @Sendable (OperationEvent) -> Void

    static func response(
        _ body: @escaping @Sendable (@escaping Report) async throws -> Void
    ) -> Response {
        // The body is written after the handler has returned, and still on behalf of whoever asked.
        let viewer = CurrentViewer.viewer
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                let (stream, continuation) = AsyncStream.makeStream(of: OperationEvent.self)
                async let work: Void = CurrentViewer.$viewer.withValue(viewer) {
                    await Self.run(body, into: continuation)
                }
                for await event in stream {
                    try await writer.write(JSONAnswer.line(event))
                }
                await work
                try await writer.finish(nil)
            })
    }

    private static func run(
        _ body: (@escaping Report) async throws -> Void,
        into continuation: AsyncStream<OperationEvent>.Continuation
    ) async {
        do {
            try await body { continuation.yield($0) }
        } catch let failure as OperationFailure {
            continuation.yield(OperationEvent(problem: WebProblem(failure).report()))
        } catch {
            let problem = WebProblem(.internalServerError, "\(error)", code: "internal")
            continuation.yield(OperationEvent(problem: problem.report()))
        }
        continuation.finish()
    }
}
