import HTTPTypes
import Hummingbird
import PollerModel

/// Answers that go on while something takes its time: one JSON object a line, as things happen; a
/// failure is the last line. The status is 200 because it goes out before the end is known.
enum EventStream {
    typealias Report<Line> = @Sendable (Line) -> Void

    static func response(
        _ body: @escaping @Sendable (@escaping Report<OperationEvent>) async throws -> Void
    ) -> Response {
        lines(failure: { OperationEvent(problem: $0.report()) }, body)
    }

    /// - Parameter failure: the last line, when `body` throws.
    static func lines<Line: Encodable & Sendable>(
        failure: @escaping @Sendable (WebProblem) -> Line,
        _ body: @escaping @Sendable (@escaping Report<Line>) async throws -> Void
    ) -> Response {
        // The body is written after the handler has returned, and still on behalf of whoever asked.
        let (viewer, audit) = (CurrentViewer.viewer, CurrentViewer.audit)
        audit?.stayOpen()
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                do {
                    let (stream, continuation) = AsyncStream.makeStream(of: Line.self)
                    async let work: Void = CurrentViewer.$viewer.withValue(viewer) {
                        await CurrentViewer.$audit.withValue(audit) {
                            await Self.run(body, failure: failure, into: continuation)
                        }
                    }
                    for await event in stream {
                        try await writer.write(JSONAnswer.line(event))
                    }
                    await work
                } catch {
                    // Whoever asked has gone, and with him the work has ended.
                    await audit?.close()
                    throw error
                }
                await audit?.close()
                try await writer.finish(nil)
            })
    }

    private static func run<Line: Sendable>(
        _ body: (@escaping Report<Line>) async throws -> Void,
        failure: (WebProblem) -> Line, into continuation: AsyncStream<Line>.Continuation
    ) async {
        let problem: WebProblem
        do {
            try await body { continuation.yield($0) }
            continuation.finish()
            return
        } catch let failure as OperationFailure {
            problem = WebProblem(failure)
        } catch let known as WebProblem {
            problem = known
        } catch {
            problem = WebProblem(.internalServerError, "\(error)", code: "internal")
        }
        CurrentViewer.audit?.fail(problem.status.code)
        continuation.yield(failure(problem))
        continuation.finish()
    }
}
