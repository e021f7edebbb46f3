package import PollerModel

/// How this daemon runs: `pollerd.yaml`, read strictly. Every key has a default; the shipped
/// `Config/pollerd.yaml` lists them all with unit and meaning.
package struct Settings: Sendable, Hashable {
    package var web = Web()
    package var access = Access()
    package var admin = Admin()
    package var state = State()
    package var storage = Storage()
    package var resources = Resources()
    package var pictures = Pictures()
    package var polling = Polling()
    package var selfMonitoring = SelfMonitoring()
    package var log = Log()

    package struct Web: Sendable, Hashable {
        package var address = IPAddress(bytes: [127, 0, 0, 1])
        package var port: UInt16 = 8_080
        /// A Unix socket in place of address and port.
        package var socket: String?
        /// Where browsers reach the pages when that is not where we listen, without a slash at its
        /// end: `https://noc.example.net/pollerd`.
        package var outsideURL: OutsideURL?
        /// Names under which browsers may ask, besides the address and localhost.
        package var hosts: [String] = []
        /// Who is believed about whom he asks for.
        package var proxies: [IPAddress] = []
        /// Whether whoever may use the Unix socket is believed as well.
        package var trustsSocket = false
        /// Whether others than this machine may be served without TLS.
        package var allowsPlainHTTP = false

        package var text: String {
            socket.map { "unix:\($0)" }
                ?? (address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)")
        }
        package var url: String { outsideURL?.text ?? "http://\(text)" }
        /// Whether others than this machine reach us without a proxy between.
        package var isReachable: Bool { socket == nil && !address.isLoopback }
    }

    /// The parts of an address that pages are reached by.
    package struct OutsideURL: Sendable, Hashable {
        package let isSecure: Bool
        /// With the port, where it is not the usual one.
        package let authority: String
        /// Without port and brackets.
        package let host: String
        /// Empty, or begins with a slash and does not end in one.
        package let path: String

        package var text: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }
    }

    package struct Access: Sendable, Hashable {
        /// Whether people who have not logged in see everything, without changing anything.
        package var guest = false
        /// The header field in which a proxy says who has logged in there; nil: none is believed.
        package var proxyHeader: String?
    }

    package struct Admin: Sendable, Hashable {
        package var socket = "/run/pollerd/pollerd.sock"
    }

    package struct State: Sendable, Hashable {
        package var folder = "/var/lib/pollerd"
    }

    package struct Storage: Sendable, Hashable {
        package var backend = Backend.local
        /// Where rrdcached listens; nil unless it is the backend.
        package var address: Address?
        /// How long rrdcached may be silent.
        package var timeoutMilliseconds: Int64 = 5_000
        package static let timeoutMillisecondsRange: ClosedRange<Int64> = 100...60_000

        package enum Backend: String, Sendable, CaseIterable {
            /// Files in the state folder.
            case local
            case rrdcached
        }

        package enum Address: Sendable, Hashable {
            /// An absolute path of at most `longestPath` bytes.
            case unix(path: String)
            case network(IPAddress, port: UInt16)

            /// sizeof(sockaddr_un.sun_path) with the NUL at its end, man 7 unix.
            package static let longestPath = 107
            /// rrdcached's own (RRDtool manual, rrdcached: -l).
            package static let defaultPort: UInt16 = 42_217
        }
    }

    package struct Resources: Sendable, Hashable {
        /// Empty: `/usr/share/pollerd`, else `Resources` beside the program.
        package var folder = ""
        /// Where they are looked for, for messages.
        package var place: String { folder.isEmpty ? ResourceFolder.installed : folder }
        package var siteFolder = "/etc/pollerd/resources"
    }

    package struct Pictures: Sendable, Hashable {
        /// For pictures that are kept after they were drawn; with 0 none is.
        package var cacheMebibytes: Int64 = 64
        package static let cacheMebibytesRange: ClosedRange<Int64> = 0...4_096
        package var cacheBytes: Int { Int(cacheMebibytes) << 20 }
    }

    package struct Polling: Sendable, Hashable {
        package var defaultIntervalSeconds: Int64 = 60
        package var timeoutMilliseconds = SNMPTarget.defaultTimeoutMilliseconds
        package var retries = SNMPTarget.defaultRetries
    }

    package struct SelfMonitoring: Sendable, Hashable {
        /// Whether the daemon graphs its own work, as a device of its own.
        package var isEnabled = true
    }

    package struct Log: Sendable, Hashable {
        package var level = Level.info
        package enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error
        }
    }

    package init() {}
}
