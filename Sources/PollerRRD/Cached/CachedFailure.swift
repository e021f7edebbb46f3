import Glibc

/// Why an rrdcached could not be asked, or did not answer as one does. What it refuses in its
/// own words is no failure of this kind but a `CachedReply`.
enum CachedFailure: Error, Hashable {
    /// It could not be connected; the kernel's words.
    case unreachable(detail: String)
    /// A failure was so short ago that it is not tried again yet.
    case resting(before: String)
    /// Nothing came, or nothing was taken, for so long.
    case silent(milliseconds: Int64)
    /// It closed the connection before its answer was complete.
    case closed
    /// What came is not rrdcached's protocol.
    case nonsense(what: String)

    var words: String {
        switch self {
        case .unreachable(let detail): "rrdcached cannot be reached: \(detail)"
        case .resting(let before): "\(before); it is tried again in a moment"
        case .silent(let milliseconds): "rrdcached did not answer within \(milliseconds) ms"
        case .closed: "rrdcached closed the connection in the middle of an answer"
        case .nonsense(let what): "what answers is no rrdcached: \(what)"
        }
    }

    static func unreachable(_ code: Int32) -> CachedFailure {
        .unreachable(detail: String(cString: strerror(code)))
    }
}
