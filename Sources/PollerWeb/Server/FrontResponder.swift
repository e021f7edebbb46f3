import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel
import Synchronization

/// What stands before the router: sees a request as its proxy does, takes it in whole, within its
/// limits, and keeps the time of its answer. What fails here is answered as everything that fails
/// behind it.
struct FrontResponder: HTTPResponder {
    let router: RouterResponder<WebContext>
    let errors: ErrorMiddleware
    let headers: HeaderMiddleware
    let workings: WebWorkings
    /// nil on the admin socket: there is nobody between and nothing in front, and programs wait as
    /// long as they want to.
    var outside: Outside?

    func respond(to request: Request, context: WebContext) async throws -> Response {
        do {
            let response = try await answer(request, context)
            count(response.status.code, request, context)
            return response
        } catch {
            count(500, request, context)
            throw error
        }
    }

    /// The router leaves the route that it found in what all copies of the context share; where it
    /// found none, that is no route of ours.
    private func count(_ status: Int, _ request: Request, _ context: WebContext) {
        let route = context.endpointPath.flatMap {
            AccessTable.permission(request.method, $0) == nil ? nil : $0
        }
        workings.count(route: route, path: request.uri.path, status: status)
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        var context = context
        guard let outside else { return try await answer(request, context, keepsTime: false) }
        context.origin = outside.origin(of: request, from: context.channel.peerAddress)
        let seen = Self.inside(request, context.origin, outside)
        var response = try await answer(seen, context, keepsTime: true)
        try await Self.leave(&response, to: seen, context.origin, outside)
        try await Compression.apply(to: &response, for: seen)
        return response
    }

    private func answer(
        _ request: Request, _ context: WebContext, keepsTime: Bool
    ) async throws -> Response {
        do {
            var request = request
            try await takeBody(of: &request)
            let whole = request
            guard keepsTime else { return try await router.respond(to: whole, context: context) }
            return try await Deadline.keep(for: whole, on: context.channel.eventLoop) {
                try await router.respond(to: whole, context: context)
            }
        } catch let problem as WebProblem {
            var response = errors.answer(problem, request, context)
            headers.add(to: &response, for: request)
            return response
        }
    }

    /// The request as it is to us: by our own paths, under the name that the browser knows.
    private static func inside(
        _ request: Request, _ origin: Outside.Origin, _ outside: Outside
    ) -> Request {
        let path = outside.path.inside(request.head.path ?? "/")
        guard path != request.head.path || origin.authority != nil else { return request }
        var head = request.head
        head.path = path
        if let authority = origin.authority { head.authority = authority }
        return Request(head: head, body: request.body)
    }

    /// The answer as it is to browsers.
    private static func leave(
        _ response: inout Response, to request: Request, _ origin: Outside.Origin,
        _ outside: Outside
    ) async throws {
        if let cookie = response.headers[.setCookie] {
            var cookie = cookie
            if !outside.path.isEmpty { cookie = Self.outside(cookie, outside.path.text) }
            if origin.isSecure, !cookie.hasSuffix("; Secure") { cookie += "; Secure" }
            response.headers[.setCookie] = cookie
        }
        guard !outside.path.isEmpty else { return }
        if let place = response.headers[.location] {
            response.headers[.location] = outside.path.outside(place)
        }
        guard response.headers[.contentType]?.hasPrefix("text/html") == true else { return }
        guard request.method != .head else {
            response.headers[.contentLength] = nil
            return
        }
        let page = outside.path.outside(page: try await response.body.bytes())
        response.body = .init(byteBuffer: ByteBuffer(bytes: page))
    }

    /// A cookie whose path browsers know: `; Path=/login;` is `; Path=/pollerd/login;` there, and
    /// `; Path=/;` is `; Path=/pollerd;`, which is sent to `/pollerd` too (RFC 6265 §5.1.4).
    private static func outside(_ cookie: String, _ path: String) -> String {
        cookie.replacing("; Path=/", with: "; Path=\(path)/")
            .replacing("; Path=\(path)/;", with: "; Path=\(path);")
    }

    /// Before anything else is done: so nothing waits for a slow client but its own connection, and
    /// nobody reads from the connection when the time is over.
    private func takeBody(of request: inout Request) async throws(WebProblem) {
        let length = request.headers[.contentLength].map { Int($0) ?? 0 } ?? 0
        guard length > 0 || request.headers[.transferEncoding] != nil else { return }
        guard length <= WebContext.largestBody else { throw Self.tooLarge }
        do {
            request.body = .init(
                buffer: try await request.body.collect(upTo: WebContext.largestBody))
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge
        } catch is ConnectionGuard.SlowBody {
            throw ConnectionGuard.tooSlow("body", ConnectionLimits().body)
        } catch {
            throw ConnectionGuard.problem(error)
        }
    }

    private static let tooLarge = WebProblem(
        .contentTooLarge, "the body is larger than \(WebContext.largestBody) bytes",
        code: "body_too_large", fix: "send less at a time")
}

extension ResponseBody {
    /// All of it, for what is still changed before it is sent.
    func bytes() async throws -> [UInt8] {
        let collector = Collector()
        try await write(collector)
        return collector.collected.withLock { $0 }
    }

    private final class Collector: ResponseBodyWriter, Sendable {
        let collected = Mutex<[UInt8]>([])

        func write(_ buffer: ByteBuffer) async throws {
            collected.withLock { $0 += buffer.readableBytesView }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
