import Glibc
import PollerModel

extension ReshapeFailure {
    /// The kernel's words for the call that just failed.
    static func kernel(_ path: String, _ operation: String) -> ReshapeFailure {
        .failed(path: path, operation: operation, detail: String(cString: strerror(errno)))
    }
}
