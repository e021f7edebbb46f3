import Glibc
import Hummingbird
import NIOCore

/// Lets root, the daemon's own user and members of its group use the admin socket, by what the
/// kernel says of the peer (SO_PEERCRED, man 7 unix).
struct PeerMiddleware: RouterMiddleware {
    /// Whether the kernel is asked; tests without a socket have nobody to ask about.
    let asks: Bool

    /// `struct ucred`, which Glibc's module does not show.
    private struct Credentials {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard asks else {
            var context = context
            context.peer = "test"
            return try await next(request, context)
        }
        guard let socket = context.channel as? any SocketOptionProvider else {
            throw refusal("the kernel does not tell who asks")
        }
        let peer: Credentials = try await socket.unsafeGetSocketOption(
            level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED)
        ).get()
        let name = Self.name(of: peer.user)
        let isAllowed =
            peer.user == 0 || peer.user == geteuid() || Self.isMember(name, peer.group)
        guard isAllowed else {
            throw refusal("user \(peer.user) is not a member of the daemon's group")
        }
        var context = context
        context.peer = name ?? "user \(peer.user)"
        return try await next(request, context)
    }

    private func refusal(_ words: String) -> WebProblem {
        WebProblem(
            .forbidden, words, code: "not_permitted",
            fix: "use sudo, or add the user to the group of the daemon and log in again")
    }

    private static func isMember(_ user: String?, _ group: gid_t) -> Bool {
        if group == getegid() { return true }
        guard let user else { return false }
        var groups = [gid_t](repeating: 0, count: 256)
        var count = Int32(groups.count)
        guard getgrouplist(user, group, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(getegid())
    }

    /// nil when the system knows no such user.
    private static func name(of user: uid_t) -> String? {
        // Not getpwuid: its answer lies in one place for all threads.
        var entry = passwd()
        var texts = [CChar](repeating: 0, count: longestEntry)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &entry, &texts, texts.count, &found) == 0, let found else {
            return nil
        }
        return String(cString: found.pointee.pw_name)
    }

    /// Bytes of the texts of a user's entry; sysconf(_SC_GETPW_R_SIZE_MAX) asks for 1,024.
    private static let longestEntry = 16_384
}
