/// Why a ping was not answered: what was tried, what was seen, what to do.
package enum PingFailure: Error, Hashable, Sendable {
    /// There was no address to ping; the resolver's own words in `detail`.
    case nameNotResolved(name: String, detail: String)
    /// All attempts went by in silence.
    case noAnswer(attempts: Int, milliseconds: Int64)
    /// The host answered that nothing listens on the TCP port.
    case refused(port: UInt16)
    /// The network or the kernel said that nothing gets to the host; the kernel's words.
    case unreachable(detail: String)
    /// This machine may not send ICMP echoes; the kernel's words.
    case notPermitted(detail: String)
    /// This machine has run out of what a ping needs: descriptors, memory, buffers; the kernel's
    /// words.
    case localFault(detail: String)
    /// More pings wait than the transport holds.
    case overloaded(waiting: Int)
    /// The transport is stopping.
    case stopped

    /// With which all their names begin.
    static let codePrefix = "ping_"

    /// Stable name of the reason, for scripts; none of SNMP's.
    package var code: String {
        switch self {
        case .nameNotResolved: "ping_name_not_resolved"
        case .noAnswer: "ping_no_answer"
        case .refused: "ping_refused"
        case .unreachable: "ping_unreachable"
        case .notPermitted: "ping_not_permitted"
        case .localFault: "ping_local_fault"
        case .overloaded: "ping_overloaded"
        case .stopped: "ping_stopped"
        }
    }

    /// What all failures of this kind have in common.
    package var summary: String {
        switch self {
        case .nameNotResolved: "the name was not resolved"
        case .noAnswer: "nothing answered the ping"
        case .refused: "the host refused the connection"
        case .unreachable: "the ping cannot reach the host"
        case .notPermitted: "this machine may not send ICMP echoes"
        case .localFault: "this machine cannot send the ping"
        case .overloaded, .stopped: words
        }
    }

    /// One sentence for a person.
    package var words: String {
        switch self {
        case .nameNotResolved(let name, let detail):
            "the name \(name) was not resolved: \(detail)"
        case .noAnswer(let attempts, let milliseconds):
            "nothing answered \(attempts) \(attempts == 1 ? "ping" : "pings") "
                + "within \(milliseconds) ms"
        case .refused(let port): "the host refused the connection to TCP port \(port)"
        case .unreachable(let detail): "the ping cannot reach the host: \(detail)"
        case .notPermitted(let detail): "this machine may not send ICMP echoes: \(detail)"
        case .localFault(let detail): "this machine cannot send the ping: \(detail)"
        case .overloaded(let waiting): "\(waiting) pings already wait to be sent"
        case .stopped: "the poller is stopping"
        }
    }

    /// What a person can do about it.
    package var fix: String {
        switch self {
        case .nameNotResolved:
            "check the spelling and the DNS server, or give the device by its address"
        case .noAnswer:
            "check that the device is on, and that neither it nor a firewall on the way drops "
                + "what it is pinged with (ICMP echoes, or connections to the TCP port)"
        case .refused(let port):
            "ping a port on which the device listens, or count a refused connection as an answer "
                + "with tcp-closed:\(port)"
        case .unreachable:
            "check the address, this machine's routes (ip route get ADDRESS) and the routers on "
                + "the way"
        case .notPermitted:
            "install the sysctl drop-in deploy/90-pollerd.conf, which allows it to every user "
                + "(net.ipv4.ping_group_range), or give pollerd the capability CAP_NET_RAW"
        case .localFault:
            "raise the limit of open files (LimitNOFILE of the service, ulimit -n), or find what "
                + "uses up this machine's memory and sockets (ss -s, free)"
        case .overloaded: "ping fewer devices or less often"
        case .stopped: "try again when pollerd runs"
        }
    }

    /// Whether the host was not asked, for a fault of this machine.
    package var concernsThisMachine: Bool {
        switch self {
        case .notPermitted, .localFault, .overloaded, .stopped: true
        case .nameNotResolved, .noAnswer, .refused, .unreachable: false
        }
    }
}

extension PingFailure {
    /// Why there was no address to ping.
    package init(resolving failure: SNMPFailure) {
        self =
            switch failure {
            case .nameNotResolved(let name, let detail):
                .nameNotResolved(name: name, detail: detail)
            case .overloaded(let waiting): .overloaded(waiting: waiting)
            case .stopped: .stopped
            default: .unreachable(detail: failure.words)
            }
    }
}
