import PollerModel
import TestSupport

@testable import PollerSimulator

/// A fault of a device, of the way to it, or of what it answers.
struct DeviceFault: Sendable {
    typealias Act = @Sendable (FaultedDevice) async throws -> Void

    /// What the device is, and with which of its data sources the fault is seen.
    enum Kind: Sendable {
        /// `Box` with this data template.
        case box(String)
        /// `Box`, behind a way on which answers can be spoilt.
        case spoiltBox
        /// Two interfaces; with 64-bit counters or without.
        case interfaces(is64Bit: Bool)
        /// The real snmpd.
        case snmpd
        /// The same, asked with SNMPv3.
        case secure

        var template: String {
            switch self {
            case .box(let template): template
            case .spoiltBox: "box_level"
            case .interfaces: "interface_traffic"
            case .snmpd, .secure: "ucd_load"
            }
        }
    }

    let fault: Fault
    let kind: Kind
    /// Polls after the injection; two where it takes two for the device to count as down.
    let polls: Int
    let inject: Act
    /// Does what the fix says, which is handed over.
    let mend: @Sendable (FaultedDevice, String) async throws -> Void

    init(
        _ fault: Fault, _ kind: Kind, polls: Int = 2, inject: @escaping Act,
        mend: @escaping @Sendable (FaultedDevice, String) async throws -> Void
    ) {
        self.fault = fault
        self.kind = kind
        self.polls = polls
        self.inject = inject
        self.mend = mend
    }

    /// One that passes with the next sample, as its fix says.
    init(_ fault: Fault, _ kind: Kind, passingAfter inject: @escaping Act) {
        self.init(fault, kind, polls: 1, inject: inject) { device, fix in
            guard fix.hasPrefix("nothing") || fix.contains("next poll") || fix.contains("in a row")
            else { throw Unexpected("it passes, and the fix is “\(fix)”") }
        }
    }

    // MARK: The way to the device

    static let way: [DeviceFault] = [
        DeviceFault(
            Fault(
                "The host name does not resolve", code: "name_not_resolved",
                words: "the name no-such-host.invalid was not resolved"), .box("box_level"),
            inject: { try await $0.move(to: "--host", "no-such-host.invalid") },
            mend: { device, _ in try await device.move(to: "--host", "127.0.0.1") }),
        DeviceFault(
            Fault(
                "There is no route to the device", code: "no_route",
                words: "the request could not be sent"), .box("box_level"),
            inject: { try await $0.move(to: "--host", "255.255.255.255") },
            mend: { device, _ in try await device.move(to: "--host", "127.0.0.1") }),
        DeviceFault(
            Fault("The UDP port is closed", code: "port_closed", words: "is closed"),
            .box("box_level"),
            inject: { try await $0.move(to: "--port", "\(Ports.freeUDP())") },
            mend: { device, _ in try await device.move(to: "--port", "\(device.port)") }),
        DeviceFault(
            Fault("The agent is silent", code: "no_answer", words: "nothing answered"),
            .box("box_level"),
            inject: { $0.spoil { $0.isDead = true } },
            mend: { device, _ in device.spoil { $0.isDead = false } }),
        DeviceFault(
            Fault("The community is wrong", code: "no_answer", words: "nothing answered"),
            .box("box_level"),
            inject: { try await $0.edit("--community", "publix") },
            mend: { device, fix in
                guard fix.contains("the community is wrong") else { throw Unexpected(fix) }
                try await device.edit("--community", "public")
            }),
        DeviceFault(
            Fault(
                "The agent answers after the time-out", code: "answer_late",
                words: "the agent needs more time than it is given"), .box("box_level"),
            inject: { $0.spoil { $0.delayMilliseconds = 450 } },
            mend: { device, fix in
                guard let patience = fix.firstMatch(of: /--timeout ([0-9]+)/)?.output.1 else {
                    throw Unexpected(fix)
                }
                try await device.edit("--timeout", String(patience))
            }),
        DeviceFault(
            Fault(
                "The device is disabled", code: "device.disabled",
                words: "is disabled, so it is not polled", log: .event("device.changed"),
                picture: "the device is disabled"), .box("box_level"), polls: 0,
            inject: { try await $0.control(["device", "disable", $0.name]) },
            mend: { device, fix in try await device.daemon.follow(fix) }),
    ]

    // MARK: Who asks

    static let access: [DeviceFault] = [
        DeviceFault(
            Fault(
                "SNMPv3: the user is unknown", code: "unknown_user",
                words: "the agent answered that it has no user nobody"), .secure,
            inject: { try await $0.ask(as: "nobody") },
            mend: { device, _ in try await device.ask(as: "poller") }),
        DeviceFault(
            Fault(
                "SNMPv3: the authentication passphrase is wrong", code: "wrong_authentication",
                words: "digest is wrong"), .secure,
            inject: { try await $0.ask(as: "poller", authentication: "mistaken-one") },
            mend: { device, _ in try await device.ask(as: "poller") }),
        DeviceFault(
            Fault(
                "SNMPv3: the privacy passphrase is wrong", code: "wrong_privacy",
                words: "encrypted with AES128"), .secure,
            inject: { try await $0.ask(as: "poller", privacy: "mistaken-one") },
            mend: { device, _ in try await device.ask(as: "poller") }),
        DeviceFault(
            Fault(
                "SNMPv3: the level is not supported", code: "level_not_supported",
                words: "the user may not ask with authPriv"), .secure,
            inject: { try await $0.ask(as: "plain") },
            mend: { device, _ in try await device.ask(as: "poller") }),
        DeviceFault(
            Fault(
                "SNMPv3: the user may read nothing", code: "access_refused",
                words: "authorizationError"), .secure,
            inject: { try await $0.ask(as: "locked") },
            mend: { device, _ in try await device.ask(as: "poller") }),
        DeviceFault(
            Fault(
                "The view lacks the table", code: "object_absent",
                words: "the device has no object"), .snmpd,
            inject: { try await $0.edit("--community", "half") },
            mend: { device, fix in
                guard fix.contains("allow the community") else { throw Unexpected(fix) }
                try await device.edit("--community", "public")
            }),
        DeviceFault(
            Fault(
                "The view is empty", code: "view_empty",
                words: "the agent answers, but shows nothing at all"), .snmpd,
            inject: { try await $0.edit("--community", "none") },
            mend: { device, fix in
                guard fix.contains("allow the community") else { throw Unexpected(fix) }
                try await device.edit("--community", "public")
            }),
    ]

    // MARK: How it answers

    static let answers: [DeviceFault] = [
        DeviceFault(
            Fault(
                "The object is not there", code: "object_absent",
                words: "the device has no object 1.3.6.1.4.1.99999.1.1.0"), .box("box_level"),
            inject: { $0.spoil { $0.hidden = [Box.level] } },
            mend: { device, _ in device.spoil { $0.hidden = [] } }),
        DeviceFault(
            Fault(
                "SNMPv1 is asked for a 64-bit counter", code: "needs_snmp_2c",
                words: "SNMPv1 cannot carry the 64-bit counter"), .interfaces(is64Bit: true),
            inject: { try await $0.edit("--snmp", "1") },
            mend: { device, fix in try await device.daemon.follow(fix) }),
        DeviceFault(
            Fault(
                "Answers are cut off", code: "answer_unreadable",
                words: "is no whole SNMP message"), .spoiltBox,
            inject: { $0.way?.spoil(.half) }, mend: { device, _ in device.way?.spoil(.none) }),
        DeviceFault(
            Fault(
                "Another service answers on the port", code: "answer_unreadable",
                words: "is no whole SNMP message (28 bytes)"), .spoiltBox,
            inject: { $0.way?.spoil(.garbage) }, mend: { device, _ in device.way?.spoil(.none) }),
        DeviceFault(
            Fault(
                "Answers have another request id", code: "answer_other_id",
                words: "under a request id that is not theirs"), .box("box_level"),
            inject: { $0.spoil { $0.wrongIDEvery = 1 } },
            mend: { device, _ in device.spoil { $0.wrongIDEvery = 0 } }),
        DeviceFault(
            Fault(
                "Every answer is too big for the agent", code: "error_status",
                words: "the agent answered with error tooBig"), .box("box_level"),
            inject: { $0.spoil { $0.tooBigAbove = 0 } },
            mend: { device, _ in device.spoil { $0.tooBigAbove = nil } }),
        DeviceFault(
            Fault(
                "The agent stumbles over an object", code: "error_status",
                words: "the agent answered with error genErr"), .box("box_level"),
            inject: { $0.spoil { $0.broken = [Box.level] } },
            mend: { device, _ in device.spoil { $0.broken = [] } }),
    ]

    // MARK: Values

    static let values: [DeviceFault] = [
        DeviceFault(
            Fault("The value has another type", code: "wrong_type", words: "with a"),
            .box("box_level"),
            inject: { $0.agent?.replace(Box.tree(level: .ipAddress([10, 0, 0, 1]))) },
            mend: { device, _ in device.agent?.replace(Box.tree()) }),
        DeviceFault(
            Fault(
                "The value is a text", code: "not_numeric", words: "which is no number"),
            .box("box_level"),
            inject: { $0.agent?.replace(Box.tree(level: .octets(Array("high".utf8)))) },
            mend: { device, _ in device.agent?.replace(Box.tree()) }),
        DeviceFault(
            Fault("The value is NaN", code: "not_finite", words: "with no finite number"),
            .box("box_level"),
            inject: { $0.agent?.replace(Box.tree(level: .float(.nan))) },
            mend: { device, _ in device.agent?.replace(Box.tree()) }),
        DeviceFault(
            Fault(
                "The value is above its bound", code: "out_of_bounds",
                words: "which is above 100 and cannot be true"), .box("box_level"),
            inject: { $0.agent?.replace(Box.tree(level: .gauge32(4_200))) },
            mend: { device, _ in device.agent?.replace(Box.tree()) }),
        DeviceFault(
            Fault(
                "Nothing can be computed from the objects", code: "not_computable",
                words: "the value cannot be computed"), .box("box_share"),
            inject: { $0.agent?.replace(Box.tree(total: 0)) },
            mend: { device, _ in device.agent?.replace(Box.tree()) }),
        DeviceFault(
            Fault("A counter is reset", code: "counter_reset", words: "the counter was reset"),
            .box("box_packets"),
            passingAfter: { $0.agent?.replace(Box.tree(base: 0)) }),
        DeviceFault(
            Fault(
                "The agent restarted", code: "agent_restarted", words: "the agent restarted",
                log: .event("device.restarted")), .box("box_packets"),
            passingAfter: { device in device.spoil { $0.rebootAfterSeconds = device.age() } }),
        DeviceFault(
            Fault(
                "A counter has its first sample", code: "first_sample",
                words: "waiting for the second sample", log: .event("device.changed")),
            .box("box_packets"), polls: 1,
            // Another address makes it another agent, whose counters begin anew.
            inject: { try await $0.move(to: "--host", "localhost") },
            mend: { device, fix in try await device.daemon.follow(fix) }),
    ]

    // MARK: Interfaces

    static let tables: [DeviceFault] = [
        DeviceFault(
            Fault(
                "A rate is above the interface's speed", code: "rate_above_limit",
                words: "is more than the interface carries"), .interfaces(is64Bit: true),
            passingAfter: {
                $0.agent?.replace(Agents.interfaces(base: 1 << 45))
            }),
        DeviceFault(
            Fault(
                "A 32-bit counter goes round too fast", code: "wrap_ambiguous",
                words: "may have wrapped more than once"), .interfaces(is64Bit: false), polls: 1,
            inject: { $0.agent?.replace(Agents.interfaces(base: 1 << 20, is64Bit: false)) },
            mend: { device, fix in
                guard fix.contains("64 bits") else { throw Unexpected(fix) }
                device.agent?.replace(Agents.interfaces())
                try await device.reindex()
            }),
        DeviceFault(
            Fault(
                "A counter began anew", code: "counter_discontinuity",
                words: "it began to count anew"), .interfaces(is64Bit: false),
            passingAfter: { device in
                device.spoil {
                    $0.events.append(TableEvent(.discontinuity, at: Int64(device.age()) - 1))
                }
            }),
        DeviceFault(
            Fault(
                "The row is gone", code: "row_gone", words: "any more, so it is not asked",
                log: .event("device.reindexed"), picture: "does not list index"),
            .interfaces(is64Bit: true), polls: 1,
            inject: { $0.agent?.replace(Agents.interfaces(count: 1)) },
            mend: { device, fix in
                device.agent?.replace(Agents.interfaces())
                try await device.daemon.follow(fix)
            }),
        DeviceFault(
            Fault(
                "The row is renumbered", code: "row_moved",
                words: "the device renumbered its table",
                log: .event("device.remapped")), .interfaces(is64Bit: true),
            passingAfter: { device in
                device.spoil { $0.events.append(TableEvent(.renumber, at: Int64(device.age()))) }
                device.spoil { $0.events.append(TableEvent(.tableChange, at: Int64(device.age()))) }
            }),
        DeviceFault(
            Fault(
                "The table cannot be read again", code: "table_unread",
                words: "the device may have renumbered its table interfaces",
                log: .event("device.reindex_failed")), .interfaces(is64Bit: true), polls: 1,
            inject: { device in
                device.spoil { faults in
                    faults.events.append(TableEvent(.tableChange, at: Int64(device.age())))
                    faults.broken = [Agents.rowIndexes]
                }
            },
            mend: { device, fix in
                device.spoil { $0.broken = [] }
                try await device.daemon.follow(fix)
            }),
        DeviceFault(
            Fault(
                "A table does not end", code: "table_cut", words: "the agent's table does not end"),
            .interfaces(is64Bit: true), polls: 1,
            inject: { device in
                device.spoil { faults in
                    faults.events.append(TableEvent(.tableChange, at: Int64(device.age())))
                    faults.loop = Agents.rowIndexes.appending([1])
                }
            },
            mend: { device, fix in
                device.spoil { $0.loop = nil }
                try await device.daemon.follow(fix)
            }),
        DeviceFault(
            Fault(
                "The row lacks the field that scales its value", code: "scale_missing",
                words: "the device's row has no unit to scale the value with"), .box("box_cells"),
            polls: 1,
            inject: { device in
                device.spoil { $0.hidden = [Box.cellUnit] }
                // Else it is read again hours later.
                try await device.reindex()
            },
            mend: { device, fix in
                device.spoil { $0.hidden = [] }
                try await device.daemon.follow(fix)
            }),
    ]
}

/// What the agents of these devices have in common.
enum Agents {
    static let passphrase = "c4nary-passphrase"
    static let rowIndexes = OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1])

    /// Of snmpd.conf: who may see what.
    static let configuration = """
        rocommunity public 127.0.0.0/8
        view half included .1.3.6.1.2.1.1
        rocommunity half 127.0.0.0/8 -V half
        view none included .1.3.6.1.3.99999
        rocommunity none 127.0.0.0/8 -V none
        createUser poller SHA-256 "\(passphrase)" AES "\(passphrase)"
        rouser poller auth
        createUser plain SHA-256 "\(passphrase)"
        rouser plain auth
        createUser locked SHA-256 "\(passphrase)" AES "\(passphrase)"

        """

    /// Of a user, for `pollerctl`.
    static func options(
        of user: String, authentication: String = passphrase, privacy: String = passphrase,
        in folder: TemporaryFolder
    ) throws -> [String] {
        [
            "--v3-user", user, "--auth", "SHA256", "--auth-password-file",
            try folder.write(authentication + "\n", to: "secrets/\(authentication)"),
            "--priv", "AES128", "--priv-password-file",
            try folder.write(privacy + "\n", to: "secrets/\(privacy)"),
        ]
    }

    /// Interfaces that say they carry 100 Tbit/s, so that a 32-bit counter goes round within
    /// moments, and when they last began to count.
    static func interfaces(
        count: Int = 2, base: UInt64 = 1 << 31, is64Bit: Bool = true
    ) -> ObjectTree {
        let tree = InterfaceFormula.tree(
            device: 1, interfaces: count, base: base, is64Bit: is64Bit)
        guard !is64Bit else { return tree }
        let entry = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])
        return tree.merging(
            (1...UInt32(count)).flatMap { row -> [(OID, ObjectValue)] in
                [
                    (entry.appending([15, row]), .constant(.gauge32(100_000_000))),
                    (entry.appending([19, row]), .constant(.timeTicks(0))),
                ]
            })
    }
}

extension FaultedDevice {
    /// From now on, it is asked in the name of this user.
    func ask(
        as user: String, authentication: String = Agents.passphrase,
        privacy: String = Agents.passphrase
    ) async throws {
        let options = try Agents.options(
            of: user, authentication: authentication, privacy: privacy, in: daemon.folder)
        try await control(["device", "edit", name] + options)
    }
}
