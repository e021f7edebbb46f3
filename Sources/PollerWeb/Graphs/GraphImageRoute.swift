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
        let image = try await draw(graph, definition, wanted.request)
        // Drawn first, answered second: what was drawn tells whether the browser has it.
        let tag = "\"\(ContentHash.text(image.bytes))\""
        var headers = Self.headers(image)
        headers[.eTag] = tag
        // Asked again each time, so that a new sample shows at once; answered 304 until then.
        headers[.cacheControl] = "private, no-cache"
        if request.headers[.ifNoneMatch]?.contains(tag) == true {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "image/png"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: image.bytes)))
    }

    private func draw(
        _ graph: Graph, _ definition: DeviceDefinition, _ request: GraphRequest
    ) async throws(WebProblem) -> GraphImage {
        let catalogue = services.definitions.catalogue
        let note = services.note(for: graph, of: definition, range: request.range)
        guard
            let subject = GraphPlanner.Subject(
                graph: graph, of: definition, catalogue: catalogue, now: services.now, note: note)
        else {
            throw WebProblem(
                .notFound,
                "the catalogue lost the template “\(graph.template)” of graph \(graph.id)",
                code: "template_missing",
                fix: "restore the file, or delete the device and add it again")
        }
        do {
            return try await services.renderer.render(GraphPlanner.script(for: subject, request))
        } catch .overloaded(let waiting) {
            throw WebProblem(
                .serviceUnavailable, RenderFailure.overloaded(waiting: waiting).words,
                code: "renderer_overloaded", fix: "try again in a few seconds")
        } catch {
            throw WebProblem(
                .internalServerError, error.words, code: "render_failed",
                fix: "run pollerd --check; it looks at fonts and files")
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
