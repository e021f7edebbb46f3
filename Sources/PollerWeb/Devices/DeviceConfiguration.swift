import PollerModel

/// How a device is asked and what is made of it, for its page; never with its secrets.
struct DeviceConfiguration {
    let asked: [DevicePage.Fact]
    let templates: [Kind]
    let tables: [Table]
    let hasTables: Bool
    let profiles: [Profile]

    /// A device template that fits it.
    struct Kind {
        let kind: String
        let file: String
        /// Where the knowledge comes from.
        let origin: String
    }

    struct Table {
        let table: String
        let present: Int
        let gone: Int
    }

    struct Profile {
        let profile: String
        let step: String
        let files: Int
        let span: String
    }

    init(_ definition: DeviceDefinition, _ status: DeviceStatus, services: WebServices) {
        let device = definition.device
        let catalogue = services.definitions.catalogue
        asked = Self.facts(device, status, Format(services))
        templates = device.templates.map { name in
            let template = catalogue.deviceTemplates[name]
            return Kind(
                kind: template?.title ?? name, file: name,
                origin: template?.source ?? "not in the catalogue any more")
        }
        tables = Dictionary(grouping: definition.rows, by: \.query).map { query, rows in
            let present = rows.count(where: \.isPresent)
            return Table(
                table: catalogue.dataQueries[query]?.title ?? query, present: present,
                gone: rows.count - present)
        }.sorted { $0.table < $1.table }
        hasTables = !tables.isEmpty
        profiles = Dictionary(grouping: definition.dataSources, by: \.profile).map {
            name, sources in
            let profile = catalogue.profiles[name]
            let span = profile?.archives.map { Int64($0.stepsPerRow) * Int64($0.rows) }.max()
            return Profile(
                profile: name, step: profile.map { DurationText.words($0.step.seconds) } ?? "–",
                files: sources.count,
                span: profile.flatMap { profile in
                    span.map { DurationText.words($0 * profile.step.seconds) }
                } ?? "–")
        }.sorted { $0.profile < $1.profile }
    }

    private static func facts(
        _ device: Device, _ status: DeviceStatus, _ format: Format
    ) -> [DevicePage.Fact] {
        let target = device.target
        let facts: [(String, String?)] = [
            ("Address", "\(target.host), port \(target.port)"), ("SNMP", target.words),
            (
                "Time-out",
                "\(target.timeoutMilliseconds) ms, repeated \(target.retries) times"
            ),
            ("Asked from", target.sourceAddress?.description),
            ("Answers count from", target.checksSource ? nil : "any address"),
            ("Objects in a request", target.objectsPerMessage.map { "at most \($0)" }),
            ("Rows of a GETBULK", target.maxRepetitions.map { "at most \($0)" }),
            ("Counts as up by", availability(device.availability, status)),
            ("Polled every", DurationText.words(device.step.seconds)),
            ("Graphs are made", device.graphPolicy.words),
            ("Object id", device.system.objectID?.description),
            ("Added", format.time(device.createdAt)),
            ("Another agent since", device.agentSince.map(format.time)),
            ("Last re-index", status.reindexSummary),
        ]
        return facts.compactMap { term, text in
            text.map { DevicePage.Fact(term: term, text: $0) }
        }
    }

    private static func availability(
        _ policy: AvailabilityPolicy, _ status: DeviceStatus
    ) -> String {
        guard policy.method.usesPing else { return policy.method.rawValue }
        return "\(policy.method.rawValue), ping \(policy.ping)"
            + (status.pingMilliseconds.map { " answered within \(Format.number($0)) ms" } ?? "")
    }
}

extension GraphPolicy {
    fileprivate var words: String {
        switch self {
        case .auto: "as usual for its kind"
        case .all: "of everything it offers"
        case .none: "when somebody asks for them"
        }
    }
}
