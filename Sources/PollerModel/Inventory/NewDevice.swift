/// A device that is to be polled from now on, with what it showed of itself.
package struct NewDevice: Sendable {
    package var name: String
    package var target: SNMPTarget
    package var availability: AvailabilityPolicy
    package var profile: Profile
    package var site: String?
    package var tags: [String]
    /// Which graphs are made for what is found on it later.
    package var graphPolicy: GraphPolicy
    /// Whether somebody chose the template.
    package var isTemplateChosen: Bool
    package var discovered: DiscoveredDevice
    package var proposals: [GraphProposal]

    package init(
        name: String, target: SNMPTarget,
        availability: AvailabilityPolicy = AvailabilityPolicy(), profile: Profile, site: String?,
        tags: [String], graphPolicy: GraphPolicy = .auto, isTemplateChosen: Bool = false,
        discovered: DiscoveredDevice,
        proposals: [GraphProposal]
    ) {
        self.name = name
        self.target = target
        self.availability = availability
        self.profile = profile
        self.site = site
        self.tags = tags
        self.graphPolicy = graphPolicy
        self.isTemplateChosen = isTemplateChosen
        self.discovered = discovered
        self.proposals = proposals
    }
}
