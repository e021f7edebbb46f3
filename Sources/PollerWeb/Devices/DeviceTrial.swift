import PollerModel

/// How the way to a device went, for the page.
struct DeviceTrial {
    let steps: [DeviceStepView]
    let outcome: DeviceOutcome?

    init(_ steps: [TestStep], of target: SNMPTarget, added: AddedDevice?) {
        self.steps = steps.map { DeviceStepView($0, of: target) }
        outcome = added.map { DeviceOutcome($0) }
    }
}

/// One step of it.
struct DeviceStepView {
    let name: String
    let ok: Bool
    let milliseconds: Int64
    let detail: String
    let fix: String?
    let snippets: [DeviceSnippet]
    let hasSnippets: Bool

    init(_ step: TestStep, of target: SNMPTarget) {
        name = step.step.words
        ok = step.ok
        milliseconds = step.milliseconds
        detail = step.detail
        fix = step.fix.flatMap(PageWords.fix)
        snippets = step.fix == nil ? [] : DeviceSnippet.all(for: step.reason ?? "", of: target)
        hasSnippets = !snippets.isEmpty
    }
}

/// What would be made of a device.
struct DeviceOutcome {
    let name: String
    let kind: String
    let findings: [String]
    let count: Int
    let graphs: [String]
    let more: Int
    let hasMore: Bool

    init(_ added: AddedDevice) {
        name = added.name
        kind = added.template.title
        findings = added.findings
        count = added.proposals.count
        graphs = added.proposals.prefix(AddDevicePages.listedGraphs).map(\.title)
        more = max(0, count - AddDevicePages.listedGraphs)
        hasMore = more > 0
    }
}

/// Why something was not done, for a piece of a page.
struct DeviceProblem {
    let words: String
    let fix: String?

    init(_ problem: WebProblem) {
        words = problem.words
        fix = problem.fix.flatMap(PageWords.fix)
    }
}

extension TestStep.Name {
    fileprivate var words: String {
        switch self {
        case .resolve: "Name"
        case .ping: "Ping"
        case .reply: "Answer"
        case .authenticate: "User"
        case .system: "System group"
        case .tables: "Tables"
        }
    }
}

/// What is typed on a device so that it answers. COMMUNITY, USER and SERVER stand for what only
/// its owner knows.
struct DeviceSnippet {
    let title: String
    let text: String

    /// - Parameter reason: `SNMPFailure.code`.
    static func all(for reason: String, of target: SNMPTarget) -> [DeviceSnippet] {
        switch reason {
        case "no_answer", "port_closed":
            target.version == .v3 ? users : communities(port: target.port)
        case "unknown_user", "wrong_authentication", "wrong_privacy", "level_not_supported": users
        case "view_empty", "object_absent", "access_refused": views
        default: []
        }
    }

    // snmpd.conf(5); Cisco IOS Configuration Fundamentals, snmp-server; Junos OS, edit snmp;
    // RouterOS manual, SNMP.
    private static func communities(port: UInt16) -> [DeviceSnippet] {
        [
            DeviceSnippet(
                title: "Linux and BSD: /etc/snmp/snmpd.conf, then restart snmpd",
                text: "agentaddress udp:\(port)\nrocommunity COMMUNITY SERVER"),
            DeviceSnippet(
                title: "Cisco IOS",
                text: "access-list 99 permit host SERVER\nsnmp-server community COMMUNITY RO 99"),
            DeviceSnippet(
                title: "Juniper Junos",
                text: "set snmp community COMMUNITY authorization read-only\n"
                    + "set snmp community COMMUNITY clients SERVER/32"),
            DeviceSnippet(
                title: "MikroTik RouterOS",
                text: "/snmp set enabled=yes\n"
                    + "/snmp community add name=COMMUNITY addresses=SERVER/32"),
        ]
    }

    private static let users = [
        DeviceSnippet(
            title: "Linux and BSD, while snmpd is stopped",
            text: "net-snmp-create-v3-user -ro -a SHA-256 -x AES USER"),
        DeviceSnippet(
            title: "Cisco IOS",
            text: "snmp-server group READERS v3 priv\n"
                + "snmp-server user USER READERS v3 auth sha AUTH-PASSPHRASE priv aes 128 "
                + "PRIV-PASSPHRASE"),
        DeviceSnippet(
            title: "Juniper Junos",
            text: "set snmp v3 usm local-engine user USER authentication-sha "
                + "authentication-password AUTH-PASSPHRASE\n"
                + "set snmp v3 usm local-engine user USER privacy-aes128 privacy-password "
                + "PRIV-PASSPHRASE"),
    ]

    private static let views = [
        DeviceSnippet(
            title: "Linux and BSD: /etc/snmp/snmpd.conf, then restart snmpd",
            text: "view all included .1\nrocommunity COMMUNITY SERVER -V all"),
        DeviceSnippet(
            title: "Cisco IOS",
            text: "snmp-server view ALL iso included\nsnmp-server community COMMUNITY view ALL RO"),
    ]
}
