import Foundation
import GRDB
import PollerModel

/// A row of the table `device`, and how it becomes a value of the model and back.
struct DeviceRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "device"

    var id: Int64?
    var name: String
    var host: String
    var port: Int
    var snmpVersion: String
    var community: String?
    var user: String?
    var authentication: SNMPUser.Authentication?
    var authenticationPassphrase: String?
    var privacy: SNMPUser.Privacy?
    var privacyPassphrase: String?
    var context: String?
    var contextEngineID: Data?
    var timeoutMilliseconds: Int64
    var retries: Int
    var sourceAddress: String?
    var checksSource: Bool
    var objectsPerMessage: Int?
    var maxRepetitions: Int?
    var availability: AvailabilityMethod
    var ping: PingMethod
    var pingTimeoutMilliseconds: Int64
    var pingRetries: Int
    var stepSeconds: Int64
    var template: String
    var otherTemplates: [String]
    var site: String?
    var tags: [String]
    var isEnabled: Bool
    var graphPolicy: GraphPolicy
    var judgedGraphs: [String]
    var isDiscovered: Bool
    var isTemplateChosen: Bool
    var system: SystemDescription
    var createdAt: Int64
    var agentSince: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, name, host, port, community, user, authentication, privacy, context, retries,
            availability, ping, template, site, tags, system
        case authenticationPassphrase = "authentication_passphrase"
        case privacyPassphrase = "privacy_passphrase"
        case contextEngineID = "context_engine_id"
        case snmpVersion = "snmp_version"
        case timeoutMilliseconds = "timeout_milliseconds"
        case sourceAddress = "source_address"
        case checksSource = "checks_source"
        case objectsPerMessage = "objects_per_message"
        case maxRepetitions = "max_repetitions"
        case pingTimeoutMilliseconds = "ping_timeout_milliseconds"
        case pingRetries = "ping_retries"
        case stepSeconds = "step_seconds"
        case otherTemplates = "other_templates"
        case isEnabled = "is_enabled"
        case graphPolicy = "graph_policy"
        case judgedGraphs = "judged_graphs"
        case isDiscovered = "is_discovered"
        case isTemplateChosen = "is_template_chosen"
        case createdAt = "created_at"
        case agentSince = "agent_since"
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }

    init(_ device: NewDevice, at now: Timestamp) {
        self.init(
            Device(
                id: DeviceID(0), name: device.name, target: device.target,
                availability: device.availability, step: device.profile.step,
                template: device.discovered.kind.main.name,
                otherTemplates: device.discovered.kind.templates.dropFirst().map(\.name),
                site: device.site, tags: device.tags,
                graphPolicy: device.graphPolicy,
                judgedGraphs: Set(device.proposals.map(\.template)).sorted(),
                isDiscovered: device.discovered.hasAnswered,
                isTemplateChosen: device.isTemplateChosen, system: device.discovered.system,
                createdAt: now))
        // The database gives it one.
        id = nil
    }

    init(_ device: Device) {
        let target = device.target
        id = device.id.rawValue
        name = device.name
        host = target.host.description
        port = Int(target.port)
        snmpVersion = target.version.rawValue
        switch target.credentials {
        case .community(let secret): community = secret.withExposedValue { $0 }
        case .user(let account):
            user = account.name
            authentication = account.authentication?.kind
            authenticationPassphrase = account.authentication?.passphrase.withExposedValue { $0 }
            privacy = account.privacy?.kind
            privacyPassphrase = account.privacy?.passphrase.withExposedValue { $0 }
            context = account.context
            contextEngineID = Data(account.contextEngineID)
        }
        timeoutMilliseconds = target.timeoutMilliseconds
        retries = target.retries
        sourceAddress = target.sourceAddress?.description
        checksSource = target.checksSource
        objectsPerMessage = target.objectsPerMessage
        maxRepetitions = target.maxRepetitions
        availability = device.availability.method
        ping = device.availability.ping
        pingTimeoutMilliseconds = device.availability.pingTimeoutMilliseconds
        pingRetries = device.availability.pingRetries
        stepSeconds = device.step.seconds
        template = device.template
        otherTemplates = device.otherTemplates
        site = device.site
        tags = device.tags
        isEnabled = device.isEnabled
        graphPolicy = device.graphPolicy
        judgedGraphs = device.judgedGraphs
        isDiscovered = device.isDiscovered
        isTemplateChosen = device.isTemplateChosen
        system = device.system
        createdAt = device.createdAt.milliseconds
        agentSince = device.agentSince?.milliseconds
    }

    func device() throws(UnreadableRow) -> Device {
        let since = agentSince.flatMap(Self.time)
        guard let id, let target = target(), let availability = policy(),
            let step = Step(seconds: stepSeconds), let createdAt = Self.time(createdAt),
            (agentSince == nil) == (since == nil)
        else { throw UnreadableRow(words: "device \(id ?? 0) (\(name)) is not readable") }
        return Device(
            id: DeviceID(id), name: name, target: target, availability: availability, step: step,
            template: template, otherTemplates: otherTemplates, site: site, tags: tags,
            isEnabled: isEnabled,
            graphPolicy: graphPolicy, judgedGraphs: judgedGraphs, isDiscovered: isDiscovered,
            isTemplateChosen: isTemplateChosen, system: system, createdAt: createdAt,
            agentSince: since)
    }

    private func target() -> SNMPTarget? {
        guard let host = DeviceHost(host), let port = UInt16(exactly: port),
            let version = SNMPVersion(rawValue: snmpVersion),
            SNMPTarget.timeoutMillisecondsRange.contains(timeoutMilliseconds),
            SNMPTarget.retriesRange.contains(retries),
            let credentials = credentials(of: version),
            objectsPerMessage.map(SNMPTarget.objectsPerMessageRange.contains) ?? true,
            maxRepetitions.map(SNMPTarget.maxRepetitionsRange.contains) ?? true
        else { return nil }
        var target = SNMPTarget(
            host: host, port: port, version: version, credentials: credentials,
            timeoutMilliseconds: timeoutMilliseconds, retries: retries)
        if let sourceAddress {
            guard let address = IPAddress(sourceAddress) else { return nil }
            target.sourceAddress = address
        }
        target.checksSource = checksSource
        target.objectsPerMessage = objectsPerMessage
        target.maxRepetitions = maxRepetitions
        return target
    }

    private func policy() -> AvailabilityPolicy? {
        guard PingRequest.timeoutMillisecondsRange.contains(pingTimeoutMilliseconds),
            PingRequest.retriesRange.contains(pingRetries)
        else { return nil }
        var policy = AvailabilityPolicy()
        policy.method = availability
        policy.ping = ping
        policy.pingTimeoutMilliseconds = pingTimeoutMilliseconds
        policy.pingRetries = pingRetries
        return policy
    }

    private func credentials(of version: SNMPVersion) -> SNMPCredentials? {
        switch version {
        case .v1, .v2c: return community.map { .community(Secret($0)) }
        case .v3:
            let key = authentication.flatMap { kind in
                authenticationPassphrase.map { SNMPUser.AuthenticationKey(kind, Secret($0)) }
            }
            let privacyKey = privacy.flatMap { kind in
                privacyPassphrase.map { SNMPUser.PrivacyKey(kind, Secret($0)) }
            }
            do {
                return .user(
                    try SNMPUser(
                        name: user ?? "", authentication: key, privacy: privacyKey,
                        context: context ?? "", contextEngineID: Array(contextEngineID ?? Data())))
            } catch {
                // Said as a row that cannot be read; the reason would be about a secret.
                return nil
            }
        }
    }

    /// What was found on it is judged for these graph templates from now on.
    mutating func judge(_ templates: some Sequence<String>) {
        judgedGraphs = Set(judgedGraphs).union(templates).sorted()
    }

    /// nil before 1970 and after 9999.
    static func time(_ milliseconds: Int64) -> Timestamp? {
        (0..<253_402_300_800_000).contains(milliseconds)
            ? Timestamp(milliseconds: milliseconds) : nil
    }
}
