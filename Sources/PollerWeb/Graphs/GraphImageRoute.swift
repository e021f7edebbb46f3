import HTTPTypes
import Hummingbird
import PollerModel

/// `/graphs/{id}.png` and `.svg`: one picture, with the place of its plot in the headers.
struct GraphImageRoute: Sendable {
    let services: WebServices
    /// Who reads what pictures say.
    var audience = GraphNote.Audience.people

    func respond(
        _ id: String, _ request: Request, format: GraphFormat = .png
    ) async throws -> Response {
        try await respond(
            try services.drawing(id), try Query(request), request, format: format)
    }

    /// - Parameter query: of the picture, which may not be that of the request.
    func respond(
        _ drawing: Drawing, _ query: Query, _ request: Request, format: GraphFormat = .png
    ) async throws -> Response {
        let wanted = try GraphQuery(
            query, for: drawing.oldestSource, format: format, services: services)
        let picture = try await GraphSheet(
            drawing, wanted.request, services: services, audience: audience
        ).picture()
        return TaggedAnswer(
            bytes: picture.image.bytes, contentType: picture.contentType, tag: picture.tag,
            headers: Self.headers(picture.image)
        ).response(to: request)
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
