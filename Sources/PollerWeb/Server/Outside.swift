import HTTPTypes
import Hummingbird
package import PollerModel

/// How people reach the pages: directly, or by way of a proxy that may have put a path in front of
/// ours and knows who asks.
package struct Outside: Sendable {
    /// In front of all our paths, as browsers see them: empty, or `/pollerd`.
    package var path = BasePath("")
    /// Names under which browsers may ask, besides loopback ones.
    package var hosts: [String] = []
    /// Who is believed about whom he asks for.
    package var proxies: Set<IPAddress> = []
    /// Whether whoever comes by a Unix socket is believed.
    package var trustsSocket = false
    /// The header field in which a proxy says who has logged in there.
    package var loginField: String?
    /// Whether others than this machine reach us without a proxy between.
    package var isReachable = false

    package init() {}

    /// What a proxy said of a request, or of one without a proxy what is plain.
    struct Origin {
        /// nil: whoever is at the other end of the connection.
        var client: IPAddress?
        var isSecure = false
        /// Under which name the browser asked, with its port; nil: as it stands in the request.
        var authority: String?
        /// Who has logged in at the proxy.
        var user: String?
    }

    private static let client = HTTPField.Name("X-Forwarded-For")
    private static let scheme = HTTPField.Name("X-Forwarded-Proto")
    private static let host = HTTPField.Name("X-Forwarded-Host")

    /// - Parameter peer: at the other end of the connection; nil on a Unix socket.
    func origin(of request: Request, from peer: IPAddress?) -> Origin {
        guard isProxy(peer) else { return Origin() }
        // A proxy adds to the end of what it was given, and only its own words are believed.
        let last = { (name: HTTPField.Name?) in Self.list(request, name).last }
        var origin = Origin()
        for text in Self.list(request, Self.client).reversed() {
            guard let address = IPAddress(text) else { break }
            origin.client = address
            guard isProxy(address) else { break }
        }
        origin.isSecure = last(Self.scheme)?.lowercased() == "https"
        origin.authority = last(Self.host)
        origin.user = loginField.flatMap { HTTPField.Name($0) }.flatMap { request.headers[$0] }
        if origin.user?.isEmpty == true { origin.user = nil }
        return origin
    }

    private func isProxy(_ peer: IPAddress?) -> Bool {
        peer.map { proxies.contains($0) } ?? trustsSocket
    }

    private static func list(_ request: Request, _ name: HTTPField.Name?) -> [String] {
        guard let name else { return [] }
        return request.headers[values: name].flatMap { $0.split(separator: ",") }
            .map { String($0.trimmed) }.filter { !$0.isEmpty }
    }
}
