import PollerModel

/// Checks what an order asks for, and says what is allowed where a value is not.
struct OrderReader {
    let order: DeviceOrder

    /// Of a community; net-snmp's agents take no longer one (COMMUNITY_MAX_LEN).
    private static let communityBytes = 1...255
    /// Characters (Unicode scalars) of a site or a tag.
    private static let longestLabel = 100

    /// A new device.
    ///
    /// - Parameter site: where the defaults of time-out and retries are.
    func addition(site: WebServices.Site) throws(WebProblem) -> AddDeviceRequest {
        guard order.enabled == nil else {
            throw .badRequest(
                "“enabled” is of devices that exist", fix: "leave it out: a new device is enabled")
        }
        guard order.addTags == nil, order.removeTags == nil else {
            throw .badRequest(
                "“add_tags” and “remove_tags” are of devices that exist", fix: "use “tags”")
        }
        guard let host = try host() else { throw .badRequest("the key “host” is missing") }
        let account = try account()
        guard let credentials = account.credentials else {
            throw WebProblem(account.version == .v3 ? .noUser : .noCommunity)
        }
        var wanted = AddDeviceRequest(
            target: SNMPTarget(
                host: host, credentials: credentials,
                timeoutMilliseconds: site.timeoutMilliseconds, retries: site.retries))
        var change = try target()
        change.account = account
        try apply(change, to: &wanted.target)
        try availability().apply(to: &wanted.availability)
        if let seconds = order.intervalSeconds {
            guard let step = Step(seconds: seconds) else {
                throw .badRequest(
                    "an interval is \(Self.words(Step.secondsRange)) seconds, not \(seconds)")
            }
            wanted.step = step
        }
        wanted.name = try label(order.name, "name", longest: Device.longestName)
        wanted.site = try siteName() ?? nil
        wanted.tags = try tags() ?? []
        wanted.template = order.template
        wanted.graphs = try graphs()
        wanted.isTested = order.test ?? true
        wanted.isDryRun = order.dryRun ?? false
        return wanted
    }

    /// What becomes different about `device`.
    func change(of device: Device) throws(WebProblem) -> DeviceChange {
        if let seconds = order.intervalSeconds, seconds != device.step.seconds {
            throw .badRequest(
                "the interval of a device cannot be changed yet: its round-robin files are made "
                    + "for \(device.step.seconds) s",
                fix: "delete the device and add it again with --interval \(seconds)")
        }
        let fixed: [(String, Bool)] = [
            ("template", order.template != nil), ("graphs", order.graphs != nil),
            ("test", order.test != nil), ("dry_run", order.dryRun != nil),
        ]
        if let key = fixed.first(where: \.1)?.0 {
            throw .badRequest("“\(key)” is of new devices, and cannot be changed")
        }
        var change = DeviceChange()
        change.name = try label(order.name, "name", longest: Device.longestName)
        change.target = try target()
        change.target.host = try host()
        change.target.account = try account()
        change.availability = try availability()
        change.site = try siteName()
        change.tags = try tags()
        change.addedTags = try checked(order.addTags ?? [])
        change.removedTags = try checked(order.removeTags ?? [])
        change.isEnabled = order.enabled
        var target = device.target
        try apply(change.target, to: &target)
        do {
            _ = try change.tags(of: device)
        } catch {
            throw WebProblem(error)
        }
        return change
    }

    // MARK: Whom to ask, and how

    private func host() throws(WebProblem) -> DeviceHost? {
        guard let text = order.host else { return nil }
        guard let host = DeviceHost(text) else {
            throw .badRequest(
                "“\(DeviceText(text).text)” is neither an address nor a host name",
                fix: "give an IPv4 or IPv6 address, or a DNS name")
        }
        return host
    }

    /// What the order says of version and credentials.
    private func account() throws(WebProblem) -> DeviceChange.Account {
        var account = DeviceChange.Account()
        if let text = order.snmpVersion {
            guard let version = SNMPVersion(rawValue: text) else {
                throw .badRequest(
                    "SNMP version “\(DeviceText(text).text)” is not supported",
                    fix: "use one of \(Self.list(SNMPVersion.allCases.map(\.rawValue)))")
            }
            account.version = version
        }
        if let user = order.user {
            if let version = account.version, version != .v3 {
                throw .badRequest(
                    "SNMP version \(version.rawValue) has no users", fix: "use version 3")
            }
            do {
                account.credentials = .user(try user.user())
            } catch {
                throw .badRequest(error.words)
            }
        }
        if let community = order.community {
            guard account.version != .v3, order.user == nil else {
                throw .badRequest("SNMP version 3 has no communities", fix: "use version 1 or 2c")
            }
            guard Self.communityBytes.contains(community.utf8.count) else {
                throw .badRequest("a community is \(Self.words(Self.communityBytes)) bytes long")
            }
            account.credentials = .community(Secret(community))
        }
        return account
    }

    private func target() throws(WebProblem) -> DeviceChange.Target {
        var target = DeviceChange.Target()
        if let number = order.port {
            guard let port = UInt16(exactly: number), port > 0 else {
                throw .badRequest("a port is \(Self.words(1...UInt16.max)), not \(number)")
            }
            target.port = port
        }
        target.timeoutMilliseconds = try number(
            order.timeoutMilliseconds, SNMPTarget.timeoutMillisecondsRange
        ) {
            "a timeout is \($0) milliseconds"
        }
        target.retries = try number(order.retries, SNMPTarget.retriesRange) { "retries are \($0)" }
        target.checksSource = order.checksSource
        target.objectsPerMessage = try limit(
            order.objectsPerMessage, SNMPTarget.objectsPerMessageRange
        ) {
            "objects in a message are \($0), or 0 for as many as the agent takes"
        }
        target.maxRepetitions = try limit(order.maxRepetitions, SNMPTarget.maxRepetitionsRange) {
            "repetitions are \($0), or 0 for as many as fit"
        }
        target.sourceAddress = try sourceAddress()
        return target
    }

    private func sourceAddress() throws(WebProblem) -> IPAddress?? {
        guard let text = order.sourceAddress else { return nil }
        guard !text.isEmpty else { return .some(nil) }
        guard let address = IPAddress(text) else {
            throw .badRequest(
                "the source address “\(DeviceText(text).text)” is no address",
                fix: "give an IPv4 or IPv6 address of this machine (ip address), or an empty text "
                    + "for what the routes choose")
        }
        return .some(address)
    }

    /// Says what does not go together. The inventory looks again at the device as it is then.
    private func apply(
        _ change: DeviceChange.Target, to target: inout SNMPTarget
    ) throws(WebProblem) {
        do {
            try change.apply(to: &target)
        } catch {
            throw WebProblem(error)
        }
        try checkFamily(target)
    }

    /// Nothing is sent from an IPv4 address to one of IPv6.
    private func checkFamily(_ target: SNMPTarget) throws(WebProblem) {
        guard case .address(let host) = target.host, let source = target.sourceAddress,
            source.isV4 != host.isV4
        else { return }
        throw .badRequest(
            "the source address \(source) is not of the same family as the host \(host)",
            fix: "give an \(host.isV4 ? "IPv4" : "IPv6") address of this machine (ip address)")
    }

    // MARK: What counts as up

    private func availability() throws(WebProblem) -> DeviceChange.Availability {
        var availability = DeviceChange.Availability()
        if let text = order.availability {
            guard let method = AvailabilityMethod(rawValue: text) else {
                let known = AvailabilityMethod.allCases.map(\.rawValue)
                throw .badRequest(
                    "the availability method “\(DeviceText(text).text)” is not known"
                        + Suggestion.phrase(for: text, among: known),
                    fix: "use one of \(Self.list(known))")
            }
            availability.method = method
        }
        if let text = order.ping {
            guard let ping = PingMethod(text) else {
                throw .badRequest(
                    "the ping “\(DeviceText(text).text)” is not known",
                    fix: "use icmp, tcp:PORT or tcp-closed:PORT, with a port of 1 to 65535")
            }
            availability.ping = ping
        }
        availability.pingTimeoutMilliseconds = try number(
            order.pingTimeoutMilliseconds, PingRequest.timeoutMillisecondsRange
        ) {
            "a timeout of a ping is \($0) milliseconds"
        }
        availability.pingRetries = try number(order.pingRetries, PingRequest.retriesRange) {
            "retries of a ping are \($0)"
        }
        return availability
    }

    // MARK: What is drawn

    private func graphs() throws(WebProblem) -> GraphPolicy {
        guard let text = order.graphs else { return .auto }
        guard let policy = GraphPolicy(rawValue: text) else {
            let known = GraphPolicy.allCases.map(\.rawValue)
            throw .badRequest(
                "“graphs” cannot be “\(DeviceText(text).text)”"
                    + Suggestion.phrase(for: text, among: known),
                fix: "use one of \(Self.list(known))")
        }
        return policy
    }

    // MARK: What the device is called

    private func siteName() throws(WebProblem) -> String?? {
        guard order.site != "" else { return .some(nil) }
        return try label(order.site, "site", longest: Self.longestLabel).map { .some($0) }
    }

    private func tags() throws(WebProblem) -> [String]? {
        guard let tags = order.tags else { return nil }
        return try checked(tags)
    }

    private func checked(_ tags: [String]) throws(WebProblem) -> [String] {
        guard tags.count <= Device.largestTagCount else {
            throw .badRequest("a device has at most \(Device.largestTagCount) tags")
        }
        for tag in tags { _ = try label(tag, "tag", longest: Self.longestLabel) }
        return tags
    }

    /// A text that a person gave: printable, not empty, not too long.
    private func label(
        _ text: String?, _ what: String, longest: Int
    ) throws(WebProblem) -> String? {
        guard let text else { return nil }
        guard DeviceText(text).text == text, (1...longest).contains(text.unicodeScalars.count)
        else {
            throw .badRequest(
                "a \(what) is 1 to \(longest) printable characters without blanks at its ends")
        }
        return text
    }

    // MARK: Numbers

    private func number<Number: Comparable>(
        _ value: Number?, _ range: ClosedRange<Number>, _ words: (String) -> String
    ) throws(WebProblem) -> Number? {
        guard let value, !range.contains(value) else { return value }
        throw .badRequest("\(words(Self.words(range))), not \(value)")
    }

    /// The same where 0 takes the limit away.
    private func limit(
        _ value: Int?, _ range: ClosedRange<Int>, _ words: (String) -> String
    ) throws(WebProblem) -> Int?? {
        guard value != 0 else { return .some(nil) }
        return try number(value, range, words).map { .some($0) }
    }

    private static func words<Bound>(_ range: ClosedRange<Bound>) -> String {
        "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
