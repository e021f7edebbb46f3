import HTTPTypes
import Hummingbird
import PollerModel
import ServiceLifecycle

/// `/devices/{id}/live`, and the readings it shows.
struct LiveRoutes: Sendable {
    let services: WebServices
    let pages: PageRenderer
    let seats: LiveSeats

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let (services, pages, seats) = (services, pages, seats)
        router.get("/devices/{id}/live") { request, context in
            let definition = try services.device(context)
            return pages.page(
                "live", title: "Live: \(definition.device.name)", section: .devices,
                try LivePage(services: services).content(definition, Query(request)),
                modules: ["live.js"], context: context)
        }
        router.get(RouterPath(LiveAdmission.route)) { request, context in
            let definition = try services.device(context)
            let order = try Self.order(Query(request), definition)
            let seat = try seats.take(Self.name(of: context), at: definition.device.id)
            await ConnectionPatience.limit(context.channel)
            let admission = LiveAdmission(request, context, to: order.device, services)
            return Self.answer(order, services, seat, admission)
        }
    }

    /// Who looks on: guests are told apart by where they are.
    private static func name(of context: WebContext) -> String {
        let viewer = context.viewer
        // All tokens of an account are one person.
        return viewer.account.map { "account \($0)" } ?? "\(viewer.name) \(context.address)"
    }

    static func order(
        _ query: Query, _ definition: DeviceDefinition
    ) throws(WebProblem) -> LiveOrder {
        let sources = try Self.sources(query)
        let interval = try query.integer("interval", default: LiveOrder.defaultInterval)
        do {
            return try LiveOrder(sources, of: definition, intervalSeconds: interval)
        } catch {
            throw WebProblem(error)
        }
    }

    /// `?sources=1,2,3`
    static func sources(_ query: Query) throws(WebProblem) -> [DataSourceID] {
        let texts = (query.text("sources") ?? "").split(separator: ",")
        guard texts.count <= LiveOrder.largestSourceCount else {
            throw .badRequest(
                "at most \(LiveOrder.largestSourceCount) data sources are read live, not "
                    + "\(texts.count)", fix: "choose fewer")
        }
        var sources: [DataSourceID] = []
        for text in texts {
            guard let id = DataSourceID(text: text) else {
                throw .badRequest(
                    "“sources” is a list of numbers, as in 1,2,3, not “\(DeviceText(String(text)).text)”"
                )
            }
            sources.append(id)
        }
        return sources
    }

    private struct End: Encodable {
        let code: String
        let words: String
    }

    private enum Part {
        case reading(LiveReading)
        /// The one who looks on may not any more, or it is not known whether he may.
        case refusal(End)
    }

    private static let refusal = End(
        code: "not_permitted",
        words: "You may not watch this device any more: your session has ended, or what you may "
            + "see was changed.")

    private static func unchecked(_ problem: WebProblem) -> End {
        End(
            code: "not_checked",
            words: "Whether you may still watch this device could not be looked up, so no more is "
                + "shown: \(problem.words).")
    }

    /// - Parameters:
    ///   - seat: held until the answer has ended, however it ends.
    ///   - admission: asked for before each reading is shown.
    private static func answer(
        _ order: LiveOrder, _ services: WebServices, _ seat: LiveSeats.Seat,
        _ admission: LiveAdmission
    ) -> Response {
        ServerSentEvents.response(
            ResponseBody { writer in
                let (stream, continuation) = AsyncStream.makeStream(
                    of: Part.self, bufferingPolicy: .bufferingNewest(1))
                async let end = watch(order, services, admission, into: continuation)
                do {
                    var refused: End?
                    for await part in stream {
                        switch part {
                        case .reading(let reading):
                            try await writer.write(ServerSentEvents.event("reading", reading))
                        case .refusal(let end): refused = end
                        }
                    }
                    let ended = await end
                    let last = refused ?? End(code: ended.code, words: ended.words)
                    try await writer.write(ServerSentEvents.event("end", last))
                    try await writer.finish(nil)
                } catch {
                    // Whoever looked on is gone: the next reading is not made.
                    continuation.finish()
                    throw error
                }
                withExtendedLifetime(seat) {}
            })
    }

    /// Reads until nobody takes the readings any more.
    private static func watch(
        _ order: LiveOrder, _ services: WebServices, _ admission: LiveAdmission,
        into continuation: AsyncStream<Part>.Continuation
    ) async -> LiveEnd {
        // A daemon that stops does not wait for people to leave.
        let end = await cancelWhenGracefulShutdown {
            await services.live.watch(order) { reading in
                switch await admission.verdict() {
                case .given: break
                case .taken:
                    continuation.yield(.refusal(refusal))
                    return false
                case .unknown(let problem):
                    continuation.yield(.refusal(unchecked(problem)))
                    return false
                }
                if case .terminated = continuation.yield(.reading(reading)) { return false }
                return true
            }
        }
        continuation.finish()
        return end
    }
}
