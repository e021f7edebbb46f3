import Hummingbird
import NIOCore

/// What travels with a request.
struct WebContext: RequestContext {
    /// Bodies are orders of a few hundred bytes.
    static let largestBody = 1 << 20

    var coreContext: CoreRequestContextStorage
    /// The connection, which knows its peer.
    let channel: any Channel
    /// Who asks, by what the kernel says; nil but on the admin socket.
    var peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    var maxUploadSize: Int { Self.largestBody }
}
