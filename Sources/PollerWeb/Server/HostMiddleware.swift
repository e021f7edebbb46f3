import Hummingbird
import PollerModel

/// Answers only under names that are ours. A page of another site can make a browser resolve
/// that site's name to 127.0.0.1; the name is then still in the request.
struct HostMiddleware: RouterMiddleware {
    /// Lower case, without ports.
    private let hosts: Set<String>
    private let takesAddresses: Bool

    /// - Parameters:
    ///   - hosts: names besides localhost, without ports.
    ///   - takesAddresses: whether every address is ours; a foreign site has a name, never one.
    init(hosts: [String], takesAddresses: Bool = false) {
        self.hosts = Set((hosts + ["localhost"]).map { $0.lowercased() })
        self.takesAddresses = takesAddresses
    }

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let name = Self.name(request.head.authority ?? "")
        let address = IPAddress(name)
        guard
            hosts.contains(name) || address?.isLoopback == true
                || takesAddresses && address != nil
        else {
            throw WebProblem(
                .misdirectedRequest,
                "this daemon does not answer under the name “\(DeviceText(name).text)”",
                code: "unknown_host",
                fix: "use one of \(hosts.sorted().joined(separator: ", ")), or add the name to "
                    + "web.hosts in pollerd.yaml")
        }
        return try await next(request, context)
    }

    /// The host of `host:port`, without the brackets of IPv6.
    private static func name(_ authority: String) -> String {
        let lowered = authority.lowercased()
        if lowered.hasPrefix("["), let close = lowered.firstIndex(of: "]") {
            return String(lowered[lowered.index(after: lowered.startIndex)..<close])
        }
        return String(lowered.prefix { $0 != ":" })
    }
}
