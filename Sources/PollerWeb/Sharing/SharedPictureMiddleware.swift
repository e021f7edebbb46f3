import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/share/{token}.png`, `.svg`, `.csv` and `.json`: what is shared, for whoever has its link, under any name and inside pages
/// of any site.
///
/// It stands before the middlewares that refuse other names and other sites, and answers itself:
/// nothing that comes this way reaches what lies behind them.
struct SharedPictureMiddleware: RouterMiddleware {
    static let folder = "/share/"

    let services: WebServices
    let desk: ShareDesk

    /// Whether somebody wants to look at a name in the folder. By the letters of the path, so that
    /// whatever else a router might take for it goes the other way.
    static func covers(_ request: Request) -> Bool {
        let path = request.uri.path
        return (request.method == .get || request.method == .head) && path.hasPrefix(folder)
            && !path.dropFirst(folder.count).contains("/")
    }

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard Self.covers(request) else { return try await next(request, context) }
        // The share's own rules say what it shows.
        let response = try await CurrentViewer.$viewer.withValue(.daemon) {
            try await answer(request)
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async throws -> Response {
        let name = request.uri.path.dropFirst(Self.folder.count)
        // What is no token is refused in the same words as what is none of ours.
        guard let dot = name.lastIndex(of: "."), let token = ShareToken(name[..<dot]),
            let format = ShareFormat(rawValue: String(name[name.index(after: dot)...])),
            let share = try await desk.share(openedBy: token)
        else { throw WebProblem(ShareVerdict.unknown) }
        let question = ShareQuestion(
            format: format, parameters: try Query(request).parameters)
        let definitions = services.definitions
        let verdict = ShareVerdict(on: share, question, now: services.now) {
            definitions.drawingTitle($0) != nil
        }
        guard case .granted(let graph, let parameters) = verdict else {
            throw WebProblem(verdict)
        }
        let response = try await draw(graph, format, parameters, for: request)
        await desk.countUse(of: share.id)
        return response
    }

    /// Asks the graph's own address, with nothing of the request but which picture the browser has.
    private func draw(
        _ graph: GraphID, _ format: ShareFormat, _ parameters: [String: String],
        for request: Request
    ) async throws -> Response {
        // What people note of events is for those who log in.
        var parameters = parameters
        parameters["events"] = "0"
        let query = parameters.sorted { $0.key < $1.key }.map {
            "\($0)=\(Query.escaped($1))"
        }.joined(separator: "&")
        var fields = HTTPFields()
        fields[.ifNoneMatch] = request.headers[.ifNoneMatch]
        let asked = Request(
            head: HTTPRequest(
                method: .get, scheme: nil, authority: nil,
                path: "/graphs/\(graph).\(format.rawValue)?\(query)", headerFields: fields),
            body: .init(buffer: ByteBuffer()))
        let pictures = GraphImageRoute(services: services, audience: .strangers)
        let files = GraphDataRoute(services: services, audience: .strangers)
        return switch format {
        case .png: try await pictures.respond("\(graph)", asked)
        case .svg: try await pictures.respond("\(graph)", asked, format: .svg)
        case .csv: try await files.file("\(graph)", asked, .csv)
        case .json: try await files.file("\(graph)", asked, .json)
        }
    }
}
