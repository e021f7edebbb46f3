import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/api/v1` on the admin socket only: what changes things.
struct AdminAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<WebContext>) {
        let group = router.group("/api/v1")
        group.post("devices") { request, _ in
            let wanted = try await order(request).addition(site: services.site)
            return events { report in
                let added = try await services.operations.add(wanted) { step in
                    report(OperationEvent(step: step))
                }
                report(
                    OperationEvent(
                        added: AddedDeviceReport(added, baseURL: services.site.baseURL)))
            }
        }
        group.post("device-tests") { request, _ in
            let wanted = try await order(request).addition(site: services.site)
            return events { report in
                _ = await services.operations.test(
                    wanted.target, availability: wanted.availability
                ) { step in
                    report(OperationEvent(step: step))
                }
            }
        }
        group.post("devices/{id}/poll") { _, context in
            let definition = try services.device(context)
            do {
                let status = try await services.operations.poll(definition.device.id)
                return try JSONAnswer.ok(DeviceReport(definition, status: status))
            } catch OperationFailure.invalid(let words, let fix) {
                // This order has no arguments that could be wrong: only the moment is.
                throw WebProblem(.conflict, words, code: "device_busy", fix: fix)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.patch("devices/{id}") { request, context in
            let definition = try services.device(context)
            let id = definition.device.id
            let change = try await order(request).change(of: definition.device)
            do {
                let changed = try await services.operations.change(id, to: change)
                return try JSONAnswer.ok(DeviceReport(changed, status: services.status.device(id)))
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.post("rrd/reshape") { request, _ in
            let wanted = try await JSONAnswer.decode(ReshapeOrder.self, from: request).request
            return events { report in
                let end = try await services.archives.reshape(wanted) { progress in
                    report(OperationEvent(reshaping: progress))
                }
                report(OperationEvent(reshaping: end))
            }
        }
        group.delete("devices/{id}") { request, context in
            let definition = try services.device(context)
            let keepsData = try Query(request).flag("keep_data", default: false)
            do {
                try await services.operations.delete(definition.device.id, keepsData: keepsData)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            return Response(status: .noContent)
        }
    }

    private func order(_ request: Request) async throws -> OrderReader {
        OrderReader(order: try await JSONAnswer.decode(StrictOrder.self, from: request).order)
    }

    /// One JSON object a line, as things happen; a failure is the last line. The status is 200
    /// because it goes out before the end is known.
    private func events(
        _ body:
            @escaping @Sendable (@escaping @Sendable (OperationEvent) -> Void) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                let (stream, continuation) = AsyncStream.makeStream(of: OperationEvent.self)
                async let work: Void = Self.run(body, into: continuation)
                for await event in stream {
                    try await writer.write(JSONAnswer.line(event))
                }
                await work
                try await writer.finish(nil)
            })
    }

    private static func run(
        _ body: (@escaping @Sendable (OperationEvent) -> Void) async throws -> Void,
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
