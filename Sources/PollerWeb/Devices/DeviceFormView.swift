import PollerModel

/// A `DeviceForm` as its template shows it, in groups of fields. Secrets are never in it.
struct DeviceFormView {
    let groups: [Group]
    /// What is wrong with no field alone. Not named as that of a field is: where a field has none,
    /// the template would show this one.
    let overall: String?
    let hasMistakes: Bool

    struct Group {
        let title: String
        let isFolded: Bool
        let isOpen: Bool
        let fields: [Field]
    }

    struct Field {
        let name: String
        let label: String
        let hint: String?
        let mistake: String?
        let value: String
        /// What it was before somebody typed, and whether that is said.
        let former: String
        let hasFormer: Bool
        let type: String
        let isSelect: Bool
        let isRequired: Bool
        let options: [Option]
        /// Ids of the texts that belong to it; nil where there are none.
        let described: String?
    }

    struct Option {
        let value: String
        let text: String
        let isChosen: Bool
    }

    /// - Parameter device: nil of a new one.
    init(_ form: DeviceForm, of device: Device?, catalogue: Catalogue) {
        let writer = Writer(form: form, device: device, catalogue: catalogue)
        groups = [
            writer.group("The device", writer.identity),
            writer.group("SNMP", writer.account),
            writer.group("User of SNMPv3", writer.user, isOpen: form.text(.version) == "3"),
            writer.group("Graphs and grouping", writer.grouping),
            writer.group("What counts as up", writer.availability, isOpen: false),
            writer.group("How it is asked", writer.limits, isOpen: false),
        ]
        overall = form.mistake.map { "\($0.text)." }
        hasMistakes = form.hasMistakes
    }
}

/// Which fields there are, and what is said beside them.
private struct Writer {
    let form: DeviceForm
    let device: Device?
    let catalogue: Catalogue

    private typealias Field = DeviceFormView.Field
    private var isNew: Bool { device == nil }

    /// - Parameter isOpen: nil of a group that is not folded. With a mistake in it, it is open.
    func group(
        _ title: String, _ fields: [DeviceFormView.Field], isOpen: Bool? = nil
    ) -> DeviceFormView.Group {
        DeviceFormView.Group(
            title: title, isFolded: isOpen != nil,
            isOpen: isOpen == true || fields.contains { $0.mistake != nil }, fields: fields)
    }

    var identity: [DeviceFormView.Field] {
        [
            input(.host, "Address or host name", isRequired: true),
            input(.port, "Port", isNew ? "161 unless it is another" : nil, type: "number"),
            input(
                .name, "Name", isNew ? "empty: the name that the device gives itself" : nil,
                isRequired: !isNew),
        ]
    }

    var account: [DeviceFormView.Field] {
        let kept = "empty: as it is. "
        let unseen = "It is never shown again, and has to be typed again after a mistake"
        return [
            choice(
                .version, "Version",
                [("2c", "2c"), ("1", "1"), ("3", "3 (with a user)")]),
            secret(
                .community, "Community",
                isNew
                    ? "of versions 1 and 2c. \(unseen)"
                    : kept + "Another address or port takes it again. \(unseen)"),
        ]
    }

    var user: [DeviceFormView.Field] {
        let unseen = "never shown again; to be typed again after a mistake"
        let kept = isNew ? unseen : "empty: as it is; \(unseen)"
        return [
            input(.user, "User"),
            choice(
                .authentication, "Authentication",
                [("", "none")] + SNMPUser.Authentication.allCases.map { ($0.rawValue, $0.rawValue) }
            ),
            secret(.authenticationPassphrase, "Authentication passphrase", kept),
            choice(
                .privacy, "Privacy",
                [("", "none")] + SNMPUser.Privacy.allCases.map { ($0.rawValue, $0.rawValue) }),
            secret(.privacyPassphrase, "Privacy passphrase", kept),
            input(.context, "Context", "most devices have none"),
        ]
    }

    var grouping: [DeviceFormView.Field] {
        let common = [
            input(.site, "Site"),
            input(.tags, "Tags", "with commas between them"),
        ]
        guard isNew else { return common }
        let steps = catalogue.steps.map { ("\($0.seconds)", DurationText.words($0.seconds)) }
        return common + [
            choice(.interval, "Polled every", [("", "as the settings say")] + steps),
            choice(
                .graphs, "Graphs",
                [
                    ("auto", "what is usual for its kind"), ("all", "everything it offers"),
                    ("none", "none, chosen later"),
                ]),
        ]
    }

    var availability: [DeviceFormView.Field] {
        [
            choice(
                .availability, "Counts as up by",
                AvailabilityMethod.allCases.map { ($0.rawValue, $0.words) }),
            input(.ping, "Ping", "icmp, tcp:PORT, or tcp-closed:PORT where nothing listens"),
            input(.pingTimeout, "Time-out of a ping, ms", isNew ? "400" : nil, type: "number"),
            input(.pingRetries, "Retries of a ping", isNew ? "1" : nil, type: "number"),
        ]
    }

    var limits: [DeviceFormView.Field] {
        [
            input(
                .timeout, "Time-out of a request, ms", isNew ? "as the settings say" : nil,
                type: "number"),
            input(.retries, "Retries", isNew ? "as the settings say" : nil, type: "number"),
            input(.sourceAddress, "Ask from", "an address of the server; empty: any"),
            choice(
                .checksSource, "Answers count from",
                [("1", "the device's address only"), ("0", "any address")]),
            input(
                .objects, "Objects in a request", "empty: as many as it is found to take",
                type: "number"),
            input(.repetitions, "Rows of a GETBULK", "empty: as many as fit", type: "number"),
        ]
    }

    // MARK: Kinds of fields

    private func input(
        _ field: DeviceForm.Field, _ label: String, _ hint: String? = nil, type: String = "text",
        isRequired: Bool = false
    ) -> Field {
        make(field, label, hint, value: form.text(field), type: type, isRequired: isRequired)
    }

    private func secret(_ field: DeviceForm.Field, _ label: String, _ hint: String) -> Field {
        make(field, label, hint, value: "", type: "password")
    }

    private func choice(
        _ field: DeviceForm.Field, _ label: String, _ choices: [(value: String, text: String)]
    ) -> Field {
        let chosen = form.text(field)
        return make(
            field, label, nil, value: chosen, type: "",
            options: choices.map {
                DeviceFormView.Option(value: $0.value, text: $0.text, isChosen: $0.value == chosen)
            })
    }

    private func make(
        _ field: DeviceForm.Field, _ label: String, _ hint: String?, value: String, type: String,
        isRequired: Bool = false, options: [DeviceFormView.Option] = []
    ) -> Field {
        let mistake = form.mistakes[field].map { "\($0.text)." }
        let name = field.rawValue
        let ids = [hint.map { _ in "hint-\(name)" }, mistake.map { _ in "mistake-\(name)" }]
            .compactMap { $0 }
        return Field(
            name: name, label: label, hint: hint, mistake: mistake, value: value,
            former: form.former[field] ?? "", hasFormer: form.former[field] != nil, type: type,
            isSelect: !options.isEmpty, isRequired: isRequired, options: options,
            described: ids.isEmpty ? nil : ids.joined(separator: " "))
    }
}

extension AvailabilityMethod {
    /// What a person chooses.
    fileprivate var words: String {
        switch self {
        case .none: "nothing: it always counts as up"
        case .pingAndSNMP: "ping and SNMP, both"
        case .snmp: "SNMP"
        case .ping: "ping alone"
        case .pingOrSNMP: "ping or SNMP, one of them"
        case .sysDescr: "SNMP with a sysDescr"
        case .getNext: "SNMP, any answer"
        }
    }
}
