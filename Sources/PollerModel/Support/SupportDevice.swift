/// A device as it stands in a support bundle: what matters for a fault, and nothing that is secret.
package struct SupportDevice: Sendable, Hashable, Codable {
    package let id: DeviceID
    package let name: String
    package let host: String
    package let port: UInt16
    package let snmp: String
    package let timeoutMilliseconds: Int64
    package let retries: Int
    package let intervalSeconds: Int64
    package let templates: [String]
    @ExplicitNull package var site: String?
    package let tags: [String]
    package let enabled: Bool
    package let discovered: Bool
    package let state: DeviceStatus.State
    @ExplicitNull package var reason: String?
    package let polls: Int
    package let failedPolls: Int
    package let missedSlots: Int
    @ExplicitNull package var pollMilliseconds: Int64?
    package let dataSources: Int
    package let graphs: Int

    package init(_ definition: DeviceDefinition, _ status: DeviceStatus) {
        let device = definition.device
        id = device.id
        name = device.name
        host = device.target.host.description
        port = device.target.port
        snmp = device.target.version.rawValue
        timeoutMilliseconds = device.target.timeoutMilliseconds
        retries = device.target.retries
        intervalSeconds = device.step.seconds
        templates = device.templates
        tags = device.tags
        enabled = device.isEnabled
        discovered = device.isDiscovered
        state = device.isEnabled ? status.state : .disabled
        (polls, failedPolls, missedSlots) = (status.polls, status.failedPolls, status.missedSlots)
        dataSources = definition.dataSources.count
        graphs = definition.graphs.count
        _site = ExplicitNull(wrappedValue: device.site)
        _reason = ExplicitNull(wrappedValue: status.reason?.code)
        _pollMilliseconds = ExplicitNull(wrappedValue: status.pollMilliseconds)
    }
}

extension Scrubber {
    /// Everything by which somebody would know a device again, and everything that is secret of it.
    package mutating func add(_ definition: DeviceDefinition) {
        let device = definition.device
        let id = device.id
        switch device.target.credentials {
        case .community(let community): add(community)
        case .user(let user):
            add(name: user.name, pseudonym: "snmp-user-\(id)")
            if let key = user.authentication { add(key.passphrase) }
            if let key = user.privacy { add(key.passphrase) }
        }
        add(name: device.name, pseudonym: "device-\(id)")
        add(name: device.target.host.description, pseudonym: "host-\(id)")
        let system = device.system
        for (text, word) in [
            (system.name, "sysname"), (system.contact, "contact"), (system.location, "location"),
        ] {
            if let text { add(name: text.text, pseudonym: "\(word)-\(id)") }
        }
    }

    /// What its rows and graphs are called, for texts in which they are named.
    package mutating func addParts(of definition: DeviceDefinition) {
        for graph in definition.graphs {
            add(name: graph.title, pseudonym: "graph-\(graph.id)")
        }
        for row in definition.rows {
            for (field, value) in row.fields {
                guard case .text(let text) = value, !Self.plainFields.contains(field) else {
                    continue
                }
                add(name: text.text, pseudonym: "row-\(row.id)-\(field)")
            }
        }
    }

    /// Fields that say what vendors call a port, and nothing about whose it is.
    private static let plainFields: Set<String> = ["ifName", "ifDescr", "ifType"]
}
