import Glibc
package import PollerDefinitions
import PollerModel

/// A place in the file system where a Unix socket is made.
package struct SocketPlace {
    package let path: String
    /// Whose socket it is.
    let name: String
    /// Where its path is said.
    let setting: String

    package static func admin(_ path: String) -> SocketPlace {
        SocketPlace(path: path, name: "the admin socket", setting: "admin.socket")
    }

    package static func pages(_ path: String) -> SocketPlace {
        SocketPlace(path: path, name: "the socket of the pages", setting: "web.listen")
    }

    /// One of them, where nobody knows which.
    static func any(_ path: String) -> SocketPlace {
        SocketPlace(path: path, name: "the socket", setting: "admin.socket or web.listen")
    }

    private enum Occupant {
        case nothing
        /// A socket that nobody listens on any more: a daemon that ended by force left it.
        case leftover
        /// Anything else; how it is called.
        case other(String)
    }

    /// Why the socket cannot be made; nil when the place is free or holds only a leftover.
    package func problem() -> Problem? {
        guard case .other(let what) = occupant() else { return nil }
        return Problem(
            place: path, what: "\(name) cannot be made: \(what) is there",
            fix: "move it away or stop what listens there, or set \(setting) to another path")
    }

    /// Whether a daemon that ended by force left it.
    var isLeftover: Bool { if case .leftover = occupant() { true } else { false } }

    /// Whether everybody on this machine may use it.
    var isExposed: Bool {
        var found = stat()
        return lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFSOCK
            && found.st_mode & 0o006 != 0
    }

    /// Removes a leftover, and nothing but that.
    package func clear() throws(Problem) {
        if let problem = problem() { throw problem }
        guard case .leftover = occupant() else { return }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw Problem(
                place: path,
                what: "the old socket cannot be removed: \(String(cString: strerror(errno)))",
                fix: "remove it", code: .socketUnusable)
        }
    }

    private func occupant() -> Occupant {
        var found = stat()
        guard lstat(path, &found) == 0 else {
            return errno == ENOENT || errno == ENOTDIR
                ? .nothing
                : .other("something that cannot be looked at (\(String(cString: strerror(errno))))")
        }
        switch found.st_mode & S_IFMT {
        case S_IFSOCK: return listener()
        case S_IFDIR: return .other("a folder")
        case S_IFLNK: return .other("a symbolic link")
        case S_IFREG: return .other("a file")
        default: return .other("a device or a pipe")
        }
    }

    /// Whether somebody accepts on the socket: only a refused connection says that nobody does.
    private func listener() -> Occupant {
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .other("a socket that cannot be tried") }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < ListenProbe.longestSocketPath else {
            return .other("a socket whose path is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result != 0, errno == ECONNREFUSED { return .leftover }
        // EAGAIN: its queue is full, so there is somebody.
        return result == 0 || errno == EAGAIN
            ? .other("a socket that somebody listens on")
            : .other("a socket that cannot be tried (\(String(cString: strerror(errno))))")
    }
}
