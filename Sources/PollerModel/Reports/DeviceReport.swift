/// A device as `/api/v1/devices` and `pollerctl device list -o json` show it.
package struct DeviceReport: Sendable, Hashable, Codable {
    package let id: DeviceID
    package let name: String
    package let address: String
    package let port: UInt16
    package let snmpVersion: String
    /// SNMPv3's user and level; null for communities.
    @ExplicitNull package var snmpUser: String?
    @ExplicitNull package var snmpLevel: String?
    /// Name of the device template that fits it best, and of the others that fit it.
    package let template: String
    package let otherTemplates: [String]
    @ExplicitNull package var site: String?
    package let tags: [String]
    package let enabled: Bool
    package let status: DeviceStatus.State
    @ExplicitNull package var statusReason: String?
    /// Stable name of the reason, for scripts.
    @ExplicitNull package var statusCode: String?
    @ExplicitNull package var statusFix: String?
    @ExplicitNull package var failingSince: String?
    @ExplicitNull package var uptimeSeconds: Int64?
    @ExplicitNull package var lastPoll: String?
    @ExplicitNull package var lastAnswer: String?
    @ExplicitNull package var pollMilliseconds: Int64?
    /// Where the time of the last poll went; null before the first answer.
    @ExplicitNull package var pollBudget: PollBudgetReport?
    /// Until when its polls are written to the log in full; null: they are not.
    @ExplicitNull package var debugUntil: String?
    /// Whether it is the daemon itself.
    package let isDaemon: Bool
    /// Of the last ping; null when it was not answered, or the device is not pinged.
    @ExplicitNull package var pingMilliseconds: Double?
    /// What was learned of the agent; null before its first answer.
    @ExplicitNull package var agent: SNMPHabits?
    package let intervalSeconds: Int64
    package let timeoutMilliseconds: Int64
    package let retries: Int
    /// null: what the routes choose.
    @ExplicitNull package var sourceAddress: String?
    package let checksSource: Bool
    /// null: as many as the agent takes.
    @ExplicitNull package var objectsPerMessage: Int?
    /// null: as many as fit.
    @ExplicitNull package var maxRepetitions: Int?
    package let availability: AvailabilityMethod
    package let ping: PingMethod
    package let pingTimeoutMilliseconds: Int64
    package let pingRetries: Int
    package let polls: Int
    package let failedPolls: Int
    package let missedSlots: Int
    package let dataSources: Int
    package let graphs: Int
    @ExplicitNull package var systemDescription: String?
    @ExplicitNull package var systemName: String?
    @ExplicitNull package var systemLocation: String?
    @ExplicitNull package var systemContact: String?
    @ExplicitNull package var systemObjectId: String?
    package let createdAt: String

    package init(_ definition: DeviceDefinition, status: DeviceStatus) {
        let device = definition.device
        let reason = device.isEnabled ? status.reason : nil
        id = device.id
        name = device.name
        address = device.target.host.description
        port = device.target.port
        snmpVersion = device.target.version.rawValue
        template = device.template
        otherTemplates = device.otherTemplates
        tags = device.tags
        enabled = device.isEnabled
        self.status = device.isEnabled ? status.state : .disabled
        intervalSeconds = device.step.seconds
        timeoutMilliseconds = device.target.timeoutMilliseconds
        retries = device.target.retries
        checksSource = device.target.checksSource
        availability = device.availability.method
        ping = device.availability.ping
        pingTimeoutMilliseconds = device.availability.pingTimeoutMilliseconds
        pingRetries = device.availability.pingRetries
        isDaemon = device.isDaemon
        polls = status.polls
        failedPolls = status.failedPolls
        missedSlots = status.missedSlots
        dataSources = definition.dataSources.count
        graphs = definition.graphs.count
        createdAt = device.createdAt.rfc3339
        let user: SNMPUser? =
            if case .user(let user) = device.target.credentials { user } else { nil }
        _snmpUser = ExplicitNull(wrappedValue: user?.name)
        _snmpLevel = ExplicitNull(wrappedValue: user?.level.rawValue)
        _site = ExplicitNull(wrappedValue: device.site)
        _statusReason = ExplicitNull(wrappedValue: reason?.words)
        _statusCode = ExplicitNull(wrappedValue: reason?.code)
        _statusFix = ExplicitNull(wrappedValue: reason?.fix)
        _failingSince = ExplicitNull(
            wrappedValue: reason == nil ? nil : status.reasonSince?.rfc3339)
        _uptimeSeconds = ExplicitNull(wrappedValue: status.uptimeSeconds)
        _lastPoll = ExplicitNull(wrappedValue: status.lastPoll?.rfc3339)
        _lastAnswer = ExplicitNull(wrappedValue: status.lastAnswer?.rfc3339)
        _pollMilliseconds = ExplicitNull(wrappedValue: status.pollMilliseconds)
        _pollBudget = ExplicitNull(
            wrappedValue: status.currentBudget.map { PollBudgetReport($0, of: device.step) })
        _debugUntil = ExplicitNull(wrappedValue: status.debugUntil?.rfc3339)
        _pingMilliseconds = ExplicitNull(wrappedValue: status.pingMilliseconds)
        _sourceAddress = ExplicitNull(wrappedValue: device.target.sourceAddress?.description)
        _objectsPerMessage = ExplicitNull(wrappedValue: device.target.objectsPerMessage)
        _maxRepetitions = ExplicitNull(wrappedValue: device.target.maxRepetitions)
        _agent = ExplicitNull(wrappedValue: status.effort.habits)
        _systemDescription = ExplicitNull(wrappedValue: device.system.description?.text)
        _systemName = ExplicitNull(wrappedValue: device.system.name?.text)
        _systemLocation = ExplicitNull(wrappedValue: device.system.location?.text)
        _systemContact = ExplicitNull(wrappedValue: device.system.contact?.text)
        _systemObjectId = ExplicitNull(wrappedValue: device.system.objectID?.description)
    }
}
