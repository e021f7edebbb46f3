import Hummingbird
import NIOCore
import PollerModel

/// What travels with a request.
struct WebContext: RequestContext {
    /// Bodies are orders of a few hundred bytes.
    static let largestBody = 1 << 20

    var coreContext: CoreRequestContextStorage
    /// The connection, which knows its peer.
    let channel: any Channel
    /// Who asks, by what the kernel says; nil but on the admin socket.
    var peer: String?
    /// Who asks, and what he may see and do; nobody before `AccessMiddleware` knows.
    var viewer = Viewer.nobody
    /// What he logged in with; nil for programs, guests and users of this machine.
    var session: OpenSession?
    /// What handlers say about their changes.
    let audit = AuditTrail()
    /// What became of the form that led to this page.
    var notice: String?

    /// What a proxy said of the request.
    var origin = Outside.Origin()

    /// Where the request came from; empty on the admin socket.
    var address: String {
        (origin.client ?? channel.peerAddress)?.description ?? ""
    }

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    var maxUploadSize: Int { Self.largestBody }
}
