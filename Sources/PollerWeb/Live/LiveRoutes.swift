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
        router.get("/devices/{id}/live/events") { request, context in
            let definition = try services.device(context)
            let order = try Self.order(Query(request), definition)
            let seat = try seats.take(Self.name(of: context), at: definition.device.id)
            await ConnectionPatience.limit(context.channel)
            return Self.answer(order, services, seat)
        }
    }

    /// Who looks on: guests are told apart by where they are.
    private static func name(of context: WebContext) -> String {
        let viewer = context.viewer
        return viewer.account == nil ? "\(viewer.name) \(context.address)" : viewer.name
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

    /// - Parameter seat: held until the answer has ended, however it ends.
    private static func answer(
        _ order: LiveOrder, _ services: WebServices, _ seat: LiveSeats.Seat
    ) -> Response {
        ServerSentEvents.response(
            ResponseBody { writer in
                let (stream, continuation) = AsyncStream.makeStream(
                    of: LiveReading.self, bufferingPolicy: .bufferingNewest(1))
                async let end = watch(order, services, into: continuation)
                do {
                    for await reading in stream {
                        try await writer.write(ServerSentEvents.event("reading", reading))
                    }
                    let end = await end
                    try await writer.write(
                        ServerSentEvents.event("end", End(code: end.code, words: end.words)))
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
        _ order: LiveOrder, _ services: WebServices,
        into continuation: AsyncStream<LiveReading>.Continuation
    ) async -> LiveEnd {
        // A daemon that stops does not wait for people to leave.
        let end = await cancelWhenGracefulShutdown {
            await services.live.watch(order) { reading in
                if case .terminated = continuation.yield(reading) { false } else { true }
            }
        }
        continuation.finish()
        return end
    }
}
