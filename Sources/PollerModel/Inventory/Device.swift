/// A device that is polled, as its owner defined it and as it last described itself.
package struct Device: Sendable, Hashable {
    /// In characters as Unicode counts them (scalars): one that a person sees may be many.
    package static let longestName = 150
    package static let largestTagCount = 50

    package let id: DeviceID
    package var name: String
    package var target: SNMPTarget
    package var availability: AvailabilityPolicy
    package var step: Step
    /// Name of the device template that fits it best.
    package var template: String
    /// Names of the others that fit it too.
    package var otherTemplates: [String]
    package var site: String?
    package var tags: [String]
    package var isEnabled: Bool
    /// Which graphs are made for what is found on it.
    package var graphPolicy: GraphPolicy
    /// Names of the graph templates for which all that was found on it was judged: what has no
    /// graph of these is not to have one unless somebody asks for it. What is new is judged for
    /// all templates.
    package var judgedGraphs: [String]
    /// False until it answered for the first time: what it has is not known yet.
    package var isDiscovered: Bool
    /// Whether somebody chose the template; else it is the one that recognised the device.
    package var isTemplateChosen: Bool
    package var system: SystemDescription
    package let createdAt: Timestamp
    /// When it became another agent; nil: it is the one that was added. Values, rows and indexes
    /// of before are of the former.
    package var agentSince: Timestamp?

    package init(
        id: DeviceID, name: String, target: SNMPTarget,
        availability: AvailabilityPolicy = AvailabilityPolicy(), step: Step, template: String,
        otherTemplates: [String] = [], site: String? = nil, tags: [String] = [],
        isEnabled: Bool = true,
        graphPolicy: GraphPolicy = .auto, judgedGraphs: [String] = [], isDiscovered: Bool = true,
        isTemplateChosen: Bool = false,
        system: SystemDescription, createdAt: Timestamp, agentSince: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.target = target
        self.availability = availability
        self.step = step
        self.template = template
        self.otherTemplates = otherTemplates
        self.site = site
        self.tags = tags
        self.isEnabled = isEnabled
        self.graphPolicy = graphPolicy
        self.judgedGraphs = judgedGraphs
        self.isDiscovered = isDiscovered
        self.isTemplateChosen = isTemplateChosen
        self.system = system
        self.createdAt = createdAt
        self.agentSince = agentSince
    }
}

extension Device {
    /// Whether it is the daemon itself, which asks itself for its own numbers.
    package var isDaemon: Bool { target.host == .daemon }

    /// Names of all device templates that fit it, best first.
    package var templates: [String] { [template] + otherTemplates }

    /// What titles may name of it.
    package var titleSubject: TitleSubject {
        TitleSubject(name: name, host: target.host, system: system, site: site)
    }
}

/// The system group of a device (RFC 3418), as far as it answered.
package struct SystemDescription: Sendable, Hashable, Codable {
    package var description: DeviceText?
    package var objectID: OID?
    package var contact: DeviceText?
    package var name: DeviceText?
    package var location: DeviceText?

    package init(
        description: DeviceText? = nil, objectID: OID? = nil, contact: DeviceText? = nil,
        name: DeviceText? = nil, location: DeviceText? = nil
    ) {
        self.description = description
        self.objectID = objectID
        self.contact = contact
        self.name = name
        self.location = location
    }
}
