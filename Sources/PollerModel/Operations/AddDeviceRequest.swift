/// A device somebody wants polled.
package struct AddDeviceRequest: Sendable {
    package var target: SNMPTarget
    package var availability = AvailabilityPolicy()
    /// nil: the device's sysName, else its host.
    package var name: String?
    /// nil: the settings' default.
    package var step: Step?
    package var site: String?
    package var tags: [String] = []
    /// Name of a device template; nil: the one that recognises the device.
    package var template: String?
    package var graphs = GraphPolicy.auto
    /// Whether a device that does not answer is refused.
    package var isTested = true
    /// Whether everything is done but the adding.
    package var isDryRun = false

    /// Whether it is the daemon that adds itself.
    package var isDaemon = false

    package init(target: SNMPTarget) { self.target = target }
}

/// What came of it.
package struct AddedDevice: Sendable {
    /// nil after a dry run.
    package let definition: DeviceDefinition?
    package let name: String
    package let template: DeviceTemplate
    package let step: Step
    /// False: it is discovered when it answers for the first time.
    package let hasAnswered: Bool
    package let proposals: [GraphProposal]
    /// What each table and template had to offer, one line each.
    package let findings: [String]

    package init(
        definition: DeviceDefinition?, name: String, template: DeviceTemplate, step: Step,
        hasAnswered: Bool, proposals: [GraphProposal], findings: [String]
    ) {
        self.definition = definition
        self.name = name
        self.template = template
        self.step = step
        self.hasAnswered = hasAnswered
        self.proposals = proposals
        self.findings = findings
    }
}
