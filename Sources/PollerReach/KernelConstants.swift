import Glibc
import PollerModel

/// What the C headers say in macros and structures that Swift does not import.
enum KernelConstants {
    /// Option of raw IPv4 sockets at level SOL_RAW: a set bit keeps that type of message out
    /// (linux/icmp.h, ICMP_FILTER).
    static let icmpFilter: Int32 = 1
    /// The same at level IPPROTO_ICMPV6, for 256 types (netinet/icmp6.h, ICMP6_FILTER).
    static let icmp6Filter: Int32 = 1

    /// Who reports an error: the network by ICMP, not this machine's own kernel
    /// (linux/errqueue.h, SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6).
    static let errorOrigins: Set<UInt8> = [2, 3]
    /// Bytes of struct sock_extended_err (linux/errqueue.h): errno in four, then origin, type,
    /// code, padding, and two words that matter to nobody here.
    static let extendedErrorLength = 16
}

/// A system call that failed: its errno.
struct SystemError: Error, Hashable {
    let code: Int32
    /// The kernel's own words.
    var words: String { String(cString: strerror(code)) }

    init(_ code: Int32) { self.code = code }

    /// Of the call that just failed.
    static var last: SystemError { SystemError(errno) }

    /// Whether this machine has run out of descriptors or memory, which says nothing of a host.
    var isShortage: Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) }

    /// What it means for a ping.
    ///
    /// - Parameter attempt: what failed, where the kernel's words do not say it.
    func pingFailure(_ attempt: String? = nil) -> PingFailure {
        let detail = attempt.map { "\($0): \(words)" } ?? words
        return isShortage ? .localFault(detail: detail) : .unreachable(detail: detail)
    }
}
