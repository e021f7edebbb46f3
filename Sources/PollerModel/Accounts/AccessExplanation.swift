/// Why somebody can or cannot see a device or a graph, and change it: what the one policy
/// (`Permission`, `AccessScope`) decides, step by step.
package struct AccessExplanation: Sendable, Hashable {
    /// What it is about.
    package enum Object: Sendable, Hashable {
        case device(DeviceID)
        case graph(GraphID)
        case dataSource(DataSourceID)

        /// Reads `device 3`, `graph 42` or `data-source 7`.
        package init?(kind: some StringProtocol, id: some StringProtocol) {
            switch kind {
            case "device":
                guard let id = DeviceID(text: id) else { return nil }
                self = .device(id)
            case "graph":
                guard let id = GraphID(text: id) else { return nil }
                self = .graph(id)
            case "data-source":
                guard let id = DataSourceID(text: id) else { return nil }
                self = .dataSource(id)
            default: return nil
            }
        }
    }

    package let sees: Bool
    package let operates: Bool
    /// Sentences without their full stops, in the order in which things are decided.
    package let reasons: [String]
    /// What to change so that he sees it, in the order in which it is decided; empty when he does.
    package let fixes: [String]

    /// Of somebody who has no account.
    package init(nobodyCalled name: String) {
        (sees, operates) = (false, false)
        reasons = ["there is no account \(name)"]
        fixes = [
            "make one: pollerctl user add \(ShellText.word(name)) --role viewer; or compare the "
                + "name with pollerctl user list"
        ]
    }

    /// - Parameters:
    ///   - definitions: all there are.
    ///   - trees: all there are.
    /// - Returns: nil when there is no such object.
    package init?(
        of account: Account, _ object: Object, in definitions: Definitions,
        by trees: [TreeID: Tree]
    ) {
        guard let subject = Subject(object, in: definitions) else { return nil }
        let viewer = Viewer(account)
        var reasons: [String] = []
        if account.isDisabled { reasons.append("\(account.name) is disabled, and cannot log in") }
        if account.mustChangePassword {
            reasons.append("\(account.name) has to choose another password before anything else")
        }
        reasons.append("the role is \(account.role.words)")
        var fixes: [String] = []
        if account.isDisabled { fixes.append("pollerctl user enable \(account.name)") }
        if account.mustChangePassword {
            fixes.append("\(account.name) logs in and chooses a password of his own")
        }
        let isCovered = subject.isSeen(in: definitions.restricted(to: account.scope, by: trees))
        reasons += subject.words(about: account.scope, by: trees, isCovered: isCovered)
        let isAllowed = { (permission: Permission) in permission.verdict(on: viewer) == .allowed }
        sees = isCovered && isAllowed(.view)
        operates = isCovered && isAllowed(.operate)
        self.reasons = reasons
        if !isCovered { fixes += subject.fixes(account.name.description, account.scope, by: trees) }
        self.fixes = sees ? [] : fixes
    }
}

/// An object, and the devices it shows.
private struct Subject {
    let name: String
    let devices: [Device]
    let isAggregate: Bool
    /// Data sources that an aggregate takes and does not draw.
    let leftOut: Int
    let object: AccessExplanation.Object

    init?(_ object: AccessExplanation.Object, in definitions: Definitions) {
        self.object = object
        switch object {
        case .device(let id):
            guard let device = definitions.devices[id]?.device else { return nil }
            (name, devices, isAggregate, leftOut) = (
                "device \(id) (\(device.name))", [device], false, 0
            )
        case .dataSource(let id):
            guard let found = definitions.dataSource(id) else { return nil }
            (name, devices, isAggregate, leftOut) = (
                "data source \(id)", [found.definition.device], false, 0
            )
        case .graph(let id):
            if let found = definitions.graph(id) {
                (name, devices, isAggregate, leftOut) = (
                    "graph \(id)", [found.definition.device], false, 0
                )
            } else if let aggregate = definitions.aggregates[id] {
                let members = aggregate.members(in: definitions)
                let drawn = Drawing.aggregate(aggregate, members).definitions.map(\.device)
                (name, devices, isAggregate, leftOut) = (
                    "graph \(id)", drawn, true, members.leftOut
                )
            } else {
                return nil
            }
        }
    }

    func isSeen(in definitions: Definitions) -> Bool {
        switch object {
        case .device(let id): definitions.devices[id] != nil
        case .dataSource(let id): definitions.dataSource(id) != nil
        case .graph(let id):
            definitions.graph(id) != nil || definitions.aggregates[id] != nil
        }
    }

    func words(
        about scope: AccessScope, by trees: [TreeID: Tree], isCovered: Bool
    ) -> [String] {
        guard scope != .everything else {
            return ["the scope is everything, and so covers \(name)"]
        }
        let scopeWords = scope.words(by: trees)
        guard isAggregate else {
            let device = devices[0]
            let shown = object == .device(device.id) ? name : "\(name) of device \(device.id)"
            if let part = scope.part(covering: device, by: trees) {
                return ["the scope has \(part.shown(by: trees)), and so covers \(shown)"]
            }
            return [
                "\(shown) has the site \(device.site ?? "none") and the tags "
                    + "\(device.tags.isEmpty ? "none" : device.tags.joined(separator: ", "))",
                "the scope is \(scopeWords), and so does not cover it",
            ]
        }
        let outside = devices.filter { !scope.covers($0, by: trees) }
        var sentences = [
            "\(name) is made of \(devices.count) devices, all of which must be covered"
        ]
        if isCovered {
            sentences.append("the scope is \(scopeWords), and covers them all")
        } else if let first = outside.first {
            sentences.append(
                "the scope is \(scopeWords), and leaves out \(outside.count) of them, for "
                    + "example device \(first.id) (\(first.name))")
        } else {
            sentences.append(
                "it takes \(leftOut) data sources more than it draws, of which nobody knows "
                    + "whether the scope covers them")
        }
        return sentences
    }

    /// What makes the scope cover it.
    func fixes(
        _ account: String, _ scope: AccessScope, by trees: [TreeID: Tree]
    ) -> [String] {
        let outside = devices.filter { !scope.covers($0, by: trees) }
        guard let first = outside.first else {
            return [
                "only somebody who sees everything sees it: pollerctl user scope \(account) "
                    + "--everything"
            ]
        }
        guard outside.count == 1 else {
            return [
                "give him sites or tags of all \(outside.count) devices that are left out, or "
                    + "everything: pollerctl user scope \(account) --everything"
            ]
        }
        guard case .parts(let all) = scope else { return [] }
        // What is removed covers nothing, so nobody needs to name it again.
        let parts = all.filter { !$0.isGone(by: trees) }
        guard let part = first.site.map({ "site:\($0)" }) ?? first.tags.first.map({ "tag:\($0)" })
        else { return [Self.fix(of: first, for: account, parts)] }
        let words = (parts.map(\.text) + [part]).map(ShellText.word).joined(separator: " ")
        return ["add a part that covers it: pollerctl user scope \(account) \(words)"]
    }

    /// What gives a device, which has neither a site nor a tag, one of the scope's.
    private static func fix(
        of device: Device, for account: String, _ parts: [AccessScope.Part]
    ) -> String {
        let edit = "pollerctl device edit \(ShellText.word(device.name))"
        let options = parts.compactMap { part -> String? in
            switch part {
            case .tag(let name): "--tag \(ShellText.word(name))"
            case .site(let name): "--site \(ShellText.word(name))"
            case .tree: nil
            }
        }
        let tag = options.first { $0.hasPrefix("--tag") }
        if let option = tag ?? options.first {
            return "the device has no site and no tag; give it one that he sees: \(edit) \(option)"
        }
        let words = (parts.map(\.text) + ["tag:TAG"]).joined(separator: " ")
        return "the device has no site and no tag; give it one, and him a part that covers it: "
            + "\(edit) --tag TAG, and pollerctl user scope \(account) \(words)"
    }
}
