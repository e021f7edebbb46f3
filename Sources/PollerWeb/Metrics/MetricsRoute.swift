import HTTPTypes
import Hummingbird
import PollerModel

/// `/metrics`: the daemon's own numbers for monitoring systems, in OpenMetrics for who asks for
/// that, else in the older text format. They are of everything, so whoever sees a part of the
/// devices does not see them.
struct MetricsRoute: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        router.get("/metrics") { [services] request, context in
            guard let meter = services.meter else { throw WebProblem.notFound("metrics here") }
            guard context.viewer.scope == .everything else {
                throw WebProblem(
                    .forbidden,
                    "metrics are of everything, and \(context.viewer.name) sees a part",
                    code: "not_permitted", fix: "use the token of an account without a scope")
            }
            guard let format = Self.format(accepted: request.headers[.accept]) else {
                throw WebProblem(
                    .notAcceptable, "metrics are text/plain or application/openmetrics-text",
                    code: "not_acceptable", fix: "leave the field Accept out")
            }
            let text = MetricText.text(await meter.numbers().families, format)
            return Response(
                status: .ok, headers: [.contentType: format.contentType],
                body: .init(byteBuffer: .init(string: text)))
        }
    }

    /// By what the field Accept says (RFC 9110 §12.5.1); nil: neither is wanted.
    static func format(accepted field: String?) -> MetricText.Format? {
        guard let field, !field.isEmpty else { return .prometheus }
        var best: (weight: Double, format: MetricText.Format)?
        for range in field.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
            guard let format = parts.first.flatMap(Self.format(ofRange:)) else { continue }
            let weight =
                parts.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) } ?? 1
            guard weight > 0, weight > best?.weight ?? 0 else { continue }
            best = (weight, format)
        }
        return best?.format
    }

    private static func format(ofRange range: String) -> MetricText.Format? {
        switch range {
        case "application/openmetrics-text": .openMetrics
        case "text/plain", "text/*", "*/*": .prometheus
        default: nil
        }
    }
}
