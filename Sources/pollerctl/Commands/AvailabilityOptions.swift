import ArgumentParser
import PollerModel

/// What a device has to answer in order to count as up.
struct AvailabilityOptions: ParsableArguments {
    @Option(
        help: """
            What makes the device count as up: snmp, ping, ping-and-snmp, ping-or-snmp, sysdescr \
            (a value of sysDescr.0), getnext (any answer by SNMP, errors too) or none (it always \
            does). Values are stored whatever it is. New devices: snmp.
            """)
    var availability: String?

    @Option(
        help: """
            How it is pinged: icmp, tcp:PORT (a connection is accepted) or tcp-closed:PORT \
            (accepted or refused). New devices: icmp.
            """)
    var ping: String?

    @Option(help: "Milliseconds a ping may stay without an answer, 50 to 10000. New devices: 400.")
    var pingTimeout: Int64?

    @Option(help: "How often an unanswered ping is sent again, 0 to 10. New devices: 1.")
    var pingRetries: Int?

    /// Of a new device: options of a ping that nothing sends are a mistake.
    func checkUse() throws {
        let method = availability.map { AvailabilityMethod(rawValue: $0) } ?? .standard
        let isGiven = ping != nil || pingTimeout != nil || pingRetries != nil
        // An unknown method is for the daemon to refuse.
        guard let method, isGiven, !method.usesPing else { return }
        throw CommandFailure(
            "the device would not be pinged: it counts as up by \(method.rawValue)",
            fix: "add --availability ping-or-snmp, ping-and-snmp or ping", exitCode: .usage)
    }

    func fill(_ order: inout DeviceOrder) {
        order.availability = availability
        order.ping = ping
        order.pingTimeoutMilliseconds = pingTimeout
        order.pingRetries = pingRetries
    }
}
