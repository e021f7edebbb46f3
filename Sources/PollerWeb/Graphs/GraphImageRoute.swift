import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/graphs/{id}.png`: one picture, with the place of its plot in the headers.
struct GraphImageRoute: Sendable {
    let services: WebServices

    func respond(_ id: String, _ request: Request) async throws -> Response {
        let (graph, definition) = try services.graph(id)
        let query = try Query(request)
        let wanted = try GraphQuery(
            query, for: definition.dataSource(graph.dataSource), services: services)
        let picture = try await picture(graph, definition, wanted.request)
        var headers = Self.headers(picture.image)
        headers[.eTag] = picture.tag
        // Asked again each time, so that a new sample shows at once; answered 304 until then.
        headers[.cacheControl] = "private, no-cache"
        if let field = request.headers[.ifNoneMatch],
            EntityTag.isMatched(picture.tag, by: field)
        {
            var answer = Response(status: .notModified, headers: headers)
            // Of an answer without a body it would be the length of the picture (RFC 9110, 8.6).
            answer.headers[.contentLength] = nil
            return answer
        }
        headers[.contentType] = picture.contentType
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: picture.image.bytes)))
    }

    private func picture(
        _ graph: Graph, _ definition: DeviceDefinition, _ request: GraphRequest
    ) async throws(WebProblem) -> Picture {
        let note = { services.note(for: graph, of: definition, range: request.range) }
        let key = PictureKey(
            graph: graph.id, devices: [definition], sources: [graph.dataSource], request: request,
            status: services.status, now: services.now, notes: { note().map { [$0] } ?? [] })
        guard
            let subject = GraphPlanner.Subject(
                graph: graph, of: definition, catalogue: services.definitions.catalogue,
                now: key.now, note: key.notes.first)
        else {
            throw WebProblem(
                .notFound,
                "the catalogue lost the template “\(graph.template)” of graph \(graph.id)",
                code: "template_missing",
                fix: "restore the file, or delete the device and add it again")
        }
        do {
            return try await services.pictures.picture(key) {
                [renderer = services.renderer] isWanted throws(RenderFailure) in
                let script = GraphPlanner.script(for: subject, request)
                return Picture(
                    image: try await renderer.render(script, while: isWanted),
                    contentType: "image/png")
            }
        } catch {
            throw WebProblem(error)
        }
    }

    private static func headers(_ image: GraphImage) -> HTTPFields {
        let numbers: [(String, Int64)] = [
            ("X-Graph-Left", Int64(image.plot.left)), ("X-Graph-Top", Int64(image.plot.top)),
            ("X-Graph-Width", Int64(image.plot.width)),
            ("X-Graph-Height", Int64(image.plot.height)),
            ("X-Graph-Start", image.range.start.seconds),
            ("X-Graph-End", image.range.end.seconds),
        ]
        var headers = HTTPFields()
        for (name, number) in numbers {
            if let name = HTTPField.Name(name) { headers[name] = String(number) }
        }
        return headers
    }
}

extension WebProblem {
    /// Why there is no picture.
    init(_ failure: PictureFailure) {
        switch failure {
        case .render(.overloaded):
            self.init(
                .serviceUnavailable, failure.words, code: "renderer_overloaded",
                fix: "try again in a few seconds", retrySeconds: PictureLimits.retrySeconds)
        case .late:
            self.init(
                .serviceUnavailable, failure.words, code: "render_late",
                fix: "try again in a few seconds; pollerctl status tells how many wait",
                retrySeconds: PictureLimits.retrySeconds)
        case .cancelled, .render(.unwanted):
            self.init(
                .serviceUnavailable, failure.words, code: "render_ended", fix: "try again",
                retrySeconds: PictureLimits.retrySeconds)
        case .render(.failed), .render(.stopped):
            self.init(
                .internalServerError, failure.words, code: "render_failed",
                fix: "run pollerd --check; it looks at fonts and files")
        }
    }
}

extension WebServices {
    /// What is said under the picture; nil when there is nothing to explain.
    func note(
        for graph: Graph, of definition: DeviceDefinition, range: TimeRange
    ) -> GraphNote? {
        guard let source = definition.dataSource(graph.dataSource),
            let state = circumstances(source, definition)
        else { return nil }
        let format = Format(self)
        return GraphNote.note(on: range, state, clock: format.time)
    }

    private func circumstances(
        _ source: DataSource, _ definition: DeviceDefinition
    ) -> GraphNote.Circumstances? {
        GraphNote.Circumstances(
            source: source, of: definition, catalogue: definitions.catalogue, status: status,
            now: now)
    }
}
