import PollerModel

/// The form of a device, new or not: what was typed, and what is wrong with it. What a field may
/// hold is decided by `OrderReader`, as for every other order.
struct DeviceForm: Sendable {
    enum Field: String, Sendable, CaseIterable {
        case host, port, version, community, user, authentication
        case authenticationPassphrase = "authentication_passphrase"
        case privacy
        case privacyPassphrase = "privacy_passphrase"
        case context, name, interval, site, tags, graphs, availability, ping
        case pingTimeout = "ping_timeout"
        case pingRetries = "ping_retries"
        case timeout, retries
        case sourceAddress = "source_address"
        case checksSource = "checks_source"
        case objects = "objects_per_message"
        case repetitions = "max_repetitions"

        /// Whether it is chosen from a list, so that an empty text is nobody's choice.
        var isChoice: Bool {
            switch self {
            case .version, .interval, .graphs, .availability, .checksSource: true
            default: false
            }
        }

        /// The hidden field of what it was when the form was made.
        var formerName: String { "was_\(rawValue)" }

        /// Whether it never goes back into a page.
        var isSecret: Bool {
            switch self {
            case .community, .authenticationPassphrase, .privacyPassphrase: true
            default: false
            }
        }
    }

    struct Mistake: Sendable, Hashable {
        let words: String
        let fix: String?

        var text: String { fix.map { "\(words): \($0)" } ?? words }
    }

    private(set) var texts: [Field: String]
    /// What the fields of a device's form held before somebody typed: whatever is as it was then
    /// is left as the device has it now, so that nobody takes back what another one saved
    /// meanwhile. Without secrets; empty of a new device.
    private(set) var former: [Field: String] = [:]
    private(set) var mistakes: [Field: Mistake] = [:]
    /// What is wrong, but with no field alone.
    private(set) var mistake: Mistake?

    /// Of a new device, with the usual choices.
    init() {
        texts = [
            .version: SNMPVersion.v2c.rawValue, .graphs: GraphPolicy.auto.rawValue,
            .availability: AvailabilityMethod.standard.rawValue, .checksSource: "1",
        ]
    }

    /// What was sent.
    init(_ form: Form) throws(WebProblem) {
        texts = [:]
        for field in Field.allCases {
            texts[field] =
                field.isSecret ? try form.raw(field.rawValue) : try form.text(field.rawValue)
            // One that is there and empty was empty; one that is not there says nothing.
            if !field.isSecret, try form.raw(field.formerName) != nil {
                former[field] = try form.text(field.formerName) ?? ""
            }
        }
    }

    /// As a device is, without its secrets.
    init(_ device: Device) {
        let target = device.target
        let policy = device.availability
        texts = [
            .host: target.host.description, .port: "\(target.port)",
            .version: target.version.rawValue, .name: device.name, .site: device.site ?? "",
            .tags: device.tags.joined(separator: ", "), .availability: policy.method.rawValue,
            .ping: policy.ping.description, .pingTimeout: "\(policy.pingTimeoutMilliseconds)",
            .pingRetries: "\(policy.pingRetries)", .timeout: "\(target.timeoutMilliseconds)",
            .retries: "\(target.retries)",
            .sourceAddress: target.sourceAddress?.description ?? "",
            .checksSource: target.checksSource ? "1" : "0",
            .objects: target.objectsPerMessage.map(String.init) ?? "",
            .repetitions: target.maxRepetitions.map(String.init) ?? "",
        ]
        if case .user(let user) = target.credentials {
            texts[.user] = user.name
            texts[.authentication] = user.authentication?.kind.rawValue ?? ""
            texts[.privacy] = user.privacy?.kind.rawValue ?? ""
            texts[.context] = user.context
        }
        for field in Field.allCases where !field.isSecret { former[field] = text(field) }
    }

    func text(_ field: Field) -> String { texts[field] ?? "" }

    var hasMistakes: Bool { mistake != nil || !mistakes.isEmpty }

    mutating func blame(_ field: Field?, _ mistake: Mistake) {
        guard let field else {
            self.mistake = self.mistake ?? mistake
            return
        }
        mistakes[field] = mistakes[field] ?? mistake
    }

    mutating func blame(_ field: Field?, _ problem: WebProblem) {
        blame(field, Mistake(words: problem.words, fix: problem.fix.flatMap(PageWords.fix)))
    }

    /// The field that a failure of an order concerns; nil where it is no single one.
    static func field(of failure: OperationFailure) -> Field? {
        guard case .inventory(let failure) = failure else { return nil }
        return switch failure.cause {
        case .nameTaken: .name
        case .hostTaken: .host
        default: nil
        }
    }
}

extension DeviceForm {
    /// The new device; nil where something is wrong with a field, which is kept here.
    mutating func addition(site: WebServices.Site) -> AddDeviceRequest? {
        if text(.host).isEmpty {
            blame(.host, Mistake(words: "a device is asked at an address", fix: nil))
        }
        let usual = DeviceForm()
        let order = checkedOrder(base: usual, now: usual, site: site)
        guard !hasMistakes else { return nil }
        do {
            return try OrderReader(order: order).addition(site: site)
        } catch {
            blame(combined(error), error)
            return nil
        }
    }

    /// What becomes different about a device; nil where something is wrong with a field.
    mutating func change(of device: Device, site: WebServices.Site) -> DeviceChange? {
        let now = DeviceForm(device)
        var base = now
        base.texts.merge(former) { _, then in then }
        let order = checkedOrder(base: base, now: now, site: site)
        guard !hasMistakes else { return nil }
        do {
            return try OrderReader(order: order).change(of: device)
        } catch {
            blame(combined(error), error)
            return nil
        }
    }

    /// Where something is said that concerns the secrets.
    private func combined(_ problem: WebProblem) -> Field? {
        let secret: Field =
            text(.version) == SNMPVersion.v3.rawValue ? .authenticationPassphrase : .community
        if problem.words == DeviceChange.Mistake.noUser.words { return .user }
        if problem.words == DeviceChange.Mistake.noCommunity.words { return .community }
        if problem.words == DeviceChange.Mistake.keepsSecrets.words { return secret }
        return nil
    }

    /// All that differs from `base`, each field checked by itself.
    ///
    /// - Parameter now: where the rest is taken from of what is only given as a whole.
    private mutating func checkedOrder(
        base: DeviceForm, now: DeviceForm, site: WebServices.Site
    ) -> DeviceOrder {
        var order = DeviceOrder()
        for field in Field.allCases where text(field) != base.text(field) {
            if field.isChoice && text(field).isEmpty { continue }
            var alone = DeviceOrder()
            do {
                try set(field, of: &alone)
                try set(field, of: &order)
            } catch {
                blame(field, error)
                continue
            }
            // Everything else of this order is right, so what is wrong is this field.
            let host = mistakes[.host] == nil ? filled(.host) : nil
            alone.host = alone.host ?? host ?? "192.0.2.1"
            alone.community = alone.community ?? "any"
            do {
                _ = try OrderReader(order: alone).addition(site: site)
            } catch {
                blame(field, error)
            }
        }
        setAccount(of: &order, base: base, now: now)
        return order
    }

    /// Puts one field into an order; version and user, which belong together, are put there last.
    private func set(_ field: Field, of order: inout DeviceOrder) throws(WebProblem) {
        let text = text(field)
        switch field {
        case .host: order.host = text
        case .name: order.name = text
        case .site: order.site = text
        case .tags:
            order.tags = text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        case .graphs: order.graphs = text
        case .availability: order.availability = text
        case .ping: order.ping = text
        case .sourceAddress: order.sourceAddress = text
        case .checksSource: order.checksSource = text != "0"
        case .community: order.community = text
        case .port: order.port = try number(text)
        case .interval: order.intervalSeconds = Int64(try number(text))
        case .timeout: order.timeoutMilliseconds = Int64(try number(text))
        case .retries: order.retries = try number(text)
        case .pingTimeout: order.pingTimeoutMilliseconds = Int64(try number(text))
        case .pingRetries: order.pingRetries = try number(text)
        // Emptied, they are what is learned of the agent.
        case .objects: order.objectsPerMessage = text.isEmpty ? 0 : try number(text)
        case .repetitions: order.maxRepetitions = text.isEmpty ? 0 : try number(text)
        case .version, .user, .authentication, .authenticationPassphrase, .privacy,
            .privacyPassphrase, .context:
            break
        }
    }

    private func number(_ text: String) throws(WebProblem) -> Int {
        guard let number = Int(text) else {
            throw .badRequest(
                text.isEmpty
                    ? "it is a whole number"
                    : "it is a whole number, not “\(DeviceText(text).text)”")
        }
        return number
    }

    private mutating func setAccount(
        of order: inout DeviceOrder, base: DeviceForm, now: DeviceForm
    ) {
        if let version = filled(.version), version != base.text(.version) {
            order.snmpVersion = version
        }
        let ofUser: [Field] = [
            .user, .authentication, .authenticationPassphrase, .privacy, .privacyPassphrase,
            .context,
        ]
        let isUser = text(.version) == SNMPVersion.v3.rawValue
        let typed = Set(ofUser.filter { text($0) != base.text($0) })
        guard isUser, !typed.isEmpty else { return }
        // A user is given as a whole: what nobody typed is as it is now.
        var whole = self
        for field in ofUser where !typed.contains(field) { whole.texts[field] = now.text(field) }
        var user = SNMPUserOrder(name: whole.text(.user))
        user.authentication = whole.filled(.authentication)
        user.authenticationPassphrase = whole.filled(.authenticationPassphrase)
        user.privacy = whole.filled(.privacy)
        user.privacyPassphrase = whole.filled(.privacyPassphrase)
        user.context = whole.filled(.context)
        do {
            _ = try user.user()
            order.user = user
        } catch {
            blame(blamed(error.words), Mistake(words: error.words, fix: nil))
        }
    }

    private func filled(_ field: Field) -> String? {
        text(field).isEmpty ? nil : text(field)
    }

    /// Which field of the user is meant.
    private func blamed(_ words: String) -> Field {
        if words.hasPrefix("a user name") { return .user }
        if words.hasPrefix("a context") { return .context }
        if words.contains("privacy passphrase") { return .privacyPassphrase }
        if words.contains("privacy") { return .privacy }
        if words.contains("authentication protocol") { return .authentication }
        let isShort = !SNMPUser.passphraseBytes.contains(text(.privacyPassphrase).utf8.count)
        let isPrivacy =
            !text(.privacyPassphrase).isEmpty && isShort
            && SNMPUser.passphraseBytes.contains(text(.authenticationPassphrase).utf8.count)
        return isPrivacy ? .privacyPassphrase : .authenticationPassphrase
    }
}
