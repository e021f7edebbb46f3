/// One property of a device, before and after a change, for a person. Secrets are not among them:
/// what they were and are is nobody's business.
package struct DeviceDifference: Sendable, Hashable, Codable {
    package let property: String
    package let before: String
    package let after: String

    /// What is different.
    package static func between(
        _ before: DeviceReport, and after: DeviceReport
    ) -> [DeviceDifference] {
        zip(properties(before), properties(after)).compactMap { old, new in
            old.text == new.text
                ? nil : DeviceDifference(property: new.term, before: old.text, after: new.text)
        }
    }

    /// The same, and that secrets were given, where an order does.
    package static func between(
        _ before: DeviceReport, and after: DeviceReport, by order: DeviceOrder
    ) -> [DeviceDifference] {
        let given = [
            (order.community != nil, "Community"), (order.user != nil, "Keys of the user"),
        ].filter(\.0).map {
            DeviceDifference(property: $1, before: "as it was", after: "as given")
        }
        return between(before, and: after) + given
    }

    private static func properties(_ device: DeviceReport) -> [(term: String, text: String)] {
        [
            ("Name", device.name), ("Address", device.address), ("Port", "\(device.port)"),
            ("SNMP version", device.snmpVersion),
            ("User", device.snmpUser.map { "\($0) (\(device.snmpLevel ?? ""))" } ?? "none"),
            ("Time-out", "\(device.timeoutMilliseconds) ms"), ("Retries", "\(device.retries)"),
            ("Asked from", device.sourceAddress ?? "any address"),
            ("Answers count from", device.checksSource ? "its address only" : "any address"),
            ("Objects a request", device.objectsPerMessage.map { "\($0)" } ?? "what it takes"),
            ("Repetitions", device.maxRepetitions.map { "\($0)" } ?? "what fits"),
            ("Counts as up by", device.availability.rawValue), ("Ping", "\(device.ping)"),
            ("Ping time-out", "\(device.pingTimeoutMilliseconds) ms"),
            ("Ping retries", "\(device.pingRetries)"), ("Site", device.site ?? "none"),
            ("Tags", device.tags.isEmpty ? "none" : device.tags.joined(separator: ", ")),
            ("Polled", device.enabled ? "yes" : "no"),
        ]
    }
}
