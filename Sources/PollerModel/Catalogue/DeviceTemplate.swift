/// What devices of one kind have: how to recognise them and which graphs they get. A device has
/// what all templates say that fit it.
package struct DeviceTemplate: Hashable, Sendable {
    package let name: String
    package let title: String
    package let deviceClass: DeviceClass
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    package let recognition: Recognition
    /// Names of graph templates that are made by themselves; those whose objects the device does
    /// not have are left out.
    package let graphs: [String]
    /// Names of graph templates that are made when somebody asks for them.
    package let offers: [String]
    /// Names of data queries that are read and kept, though nothing is drawn of them.
    package let tables: [String]

    /// By what a device is recognised: one of these is enough, and where there is none, every
    /// device fits.
    package struct Recognition: Hashable, Sendable {
        /// sysObjectID lies at or below one of these.
        package var objectIDPrefixes: [OID] = []
        /// sysDescr is like one of these.
        package var descriptions: [Glob] = []
        /// There is something at or below one of these: net-snmp's generic sysObjectID hides
        /// UPSs, firewalls and controllers of servers.
        package var probes: [OID] = []

        package init(objectIDPrefixes: [OID] = []) { self.objectIDPrefixes = objectIDPrefixes }

        package var isEveryDevice: Bool {
            objectIDPrefixes.isEmpty && descriptions.isEmpty && probes.isEmpty
        }
    }

    package init(
        name: String, title: String, deviceClass: DeviceClass = .generic, source: String,
        recognition: Recognition = Recognition(), graphs: [String], offers: [String] = [],
        tables: [String] = []
    ) {
        self.name = name
        self.title = title
        self.deviceClass = deviceClass
        self.source = source
        self.recognition = recognition
        self.graphs = graphs
        self.offers = offers
        self.tables = tables
    }
}

/// What a device is for, as people sort them.
package enum DeviceClass: String, Hashable, Sendable, CaseIterable {
    case router, `switch`, firewall, wireless, server, storage, ups, pdu, sensor, bmc, printer
    case appliance, generic
}

/// How well a template fits a device; the larger the better.
package enum DeviceFit: Hashable, Sendable, Comparable {
    case everyDevice
    /// By the sysObjectID of net-snmp's agent, which many vendors leave as it is.
    case agent
    /// By something that it answers below so many arcs.
    case probe(arcs: Int)
    case description
    /// By so many arcs of sysObjectID.
    case objectID(arcs: Int)
}

/// The device templates that fit a device, best first.
package struct DeviceKind: Hashable, Sendable {
    /// Never empty.
    package let templates: [DeviceTemplate]

    /// - Precondition: not empty.
    package init(_ templates: [DeviceTemplate]) {
        precondition(!templates.isEmpty, "every device is of some kind")
        self.templates = templates
    }

    /// The one that gives the device its name in lists.
    package var main: DeviceTemplate { templates[0] }

    /// Names of graph templates made by themselves, each once: what is special about the device
    /// first, for that is what people look for.
    package var graphs: [String] { Self.distinct(templates.flatMap(\.graphs)) }

    /// Names of graph templates made on request.
    package var offers: [String] {
        let made = Set(graphs)
        return Self.distinct(templates.flatMap(\.offers)).filter { !made.contains($0) }
    }

    /// Names of data queries that are read though nothing is drawn of them.
    package var tables: [String] { Self.distinct(templates.flatMap(\.tables)) }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
