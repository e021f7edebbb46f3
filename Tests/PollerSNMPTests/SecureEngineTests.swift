import PollerEngine
import PollerModel
import PollerSNMP
import TestSupport
import Testing

/// A real snmpd with a user for every pair of protocols.
private enum Users {
    static let passphrase = "authentication-pass"
    static let privacyPassphrase = "privacy-passphrase"

    static func name(_ authentication: SNMPUser.Authentication?, _ privacy: SNMPUser.Privacy?)
        -> String
    {
        "u"
            + [authentication?.rawValue, privacy?.rawValue].compactMap { $0 }.joined(separator: "-")
    }

    /// How snmpd.conf spells a protocol.
    static func spelling(_ kind: SNMPUser.Authentication) -> String {
        kind.rawValue == "SHA" || kind.rawValue == "MD5"
            ? kind.rawValue : "SHA-" + kind.rawValue.dropFirst(3)
    }

    static func spelling(_ kind: SNMPUser.Privacy) -> String {
        switch kind {
        case .des: "DES"
        case .aes128: "AES"
        case .aes192: "AES-192"
        case .aes192C: "AES-192-C"
        case .aes256: "AES-256"
        case .aes256C: "AES-256-C"
        }
    }

    static var configuration: String {
        var lines = ["rocommunity public 127.0.0.1", "createUser u", "rouser u noauth"]
        for authentication in SNMPUser.Authentication.allCases {
            let auth = "\(spelling(authentication)) \"\(passphrase)\""
            lines.append("createUser \(name(authentication, nil)) \(auth)")
            lines.append("rouser \(name(authentication, nil)) auth")
            for privacy in SNMPUser.Privacy.allCases {
                let user = name(authentication, privacy)
                lines.append(
                    "createUser \(user) \(auth) \(spelling(privacy)) \"\(privacyPassphrase)\"")
                lines.append("rouser \(user) auth")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func user(
        _ authentication: SNMPUser.Authentication?, _ privacy: SNMPUser.Privacy?,
        name: String? = nil, passphrase: String = passphrase,
        privacyPassphrase: String = privacyPassphrase
    ) throws -> SNMPUser {
        try SNMPUser(
            name: name ?? self.name(authentication, privacy),
            authentication: authentication.map { .init($0, Secret(passphrase)) },
            privacy: privacy.map { .init($0, Secret(privacyPassphrase)) })
    }
}

@Suite(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
struct SecureEngineTests {
    private func target(
        _ port: UInt16, _ user: SNMPUser, timeout: Int64 = 1_500, retries: Int = 2
    ) -> SNMPTarget {
        SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: port, version: .v3,
            credentials: .user(user), timeoutMilliseconds: timeout, retries: retries)
    }

    private func get(
        _ engine: SNMPEngine, _ port: UInt16, _ user: SNMPUser, timeout: Int64 = 1_500,
        retries: Int = 2
    ) async -> SNMPGetResponse {
        await engine.get(
            SNMPGetRequest(
                target: target(port, user, timeout: timeout, retries: retries),
                groups: [[WellKnownObject.sysUpTime]], companion: WellKnownObject.sysUpTime))
    }

    @Test func `every protocol and level the library has is answered`() async throws {
        let agent = try await RealAgent(configuration: Users.configuration)
        try await withEngine { engine in
            var users = [try Users.user(nil, nil)]
            for authentication in SNMPUser.Authentication.allCases {
                users.append(try Users.user(authentication, nil))
                for privacy in SNMPUser.Privacy.allCases {
                    users.append(try Users.user(authentication, privacy))
                }
            }
            #expect(users.count == 1 + 6 + 36)
            for user in users {
                let response = await get(engine, agent.port, user)
                #expect(
                    throws: Never.self, "\(user.name): \(response.groups[0])"
                ) { _ = try response.groups[0].get() }
            }
        }
    }

    /// What is wrong, and what the agent makes of it.
    private func mistakes() throws -> [(user: SNMPUser, code: String)] {
        var mistakes: [(SNMPUser, String)] = []
        for authentication in SNMPUser.Authentication.allCases {
            let other: SNMPUser.Authentication = authentication == .md5 ? .sha1 : .md5
            let known = Users.name(authentication, nil)
            mistakes.append(
                (try Users.user(authentication, nil, name: "nobody"), "unknown_user"))
            mistakes.append(
                (
                    try Users.user(authentication, nil, passphrase: "not the passphrase"),
                    "wrong_authentication"
                ))
            mistakes.append((try Users.user(other, nil, name: known), "wrong_authentication"))
            mistakes.append(
                (try Users.user(authentication, .aes128, name: known), "level_not_supported"))
            for privacy in SNMPUser.Privacy.allCases {
                mistakes.append(
                    (
                        try Users.user(
                            authentication, privacy, privacyPassphrase: "not the passphrase"),
                        "wrong_privacy"
                    ))
            }
        }
        mistakes.append((try Users.user(.sha1, .aes128, name: "uSHA-DES"), "wrong_privacy"))
        mistakes.append((try Users.user(.sha1, .des, name: "uSHA-AES128"), "wrong_privacy"))
        mistakes.append((try Users.user(nil, nil, name: "uSHA"), "access_refused"))
        return mistakes
    }

    @Test func `each mistake has its own reason, in less than twice the time-out`() async throws {
        let agent = try await RealAgent(configuration: Users.configuration)
        let mistakes = try mistakes()
        let known = try Users.user(.sha1, nil)
        let slow = try await withEngine { engine in
            // It derives the keys of all its users first.
            try await waitUntil("the agent answers") { [self] in
                await get(engine, agent.port, known).groups[0].failureCode == nil
            }
            return await withTaskGroup(of: SNMPUser?.self) { group in
                for (user, code) in mistakes {
                    group.addTask { [self] in
                        let response = await get(engine, agent.port, user, timeout: 1_000)
                        let what = "\(user.name), \(user.level): \(response.groups)"
                        #expect(response.groups[0].failureCode == code, "\(what)")
                        return response.effort.milliseconds < 2 * 1_000 ? nil : user
                    }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
            }
        }
        // A machine with other work may keep the agent from answering in time, but not each time.
        for user in slow {
            try await waitUntil("\(user.name), \(user.level) is told in time", seconds: 60) {
                try await withEngine { engine in
                    let response = await get(engine, agent.port, user, timeout: 1_000)
                    return response.effort.milliseconds < 2 * 1_000
                }
            }
        }
    }

    @Test func `a passphrase that was corrected on the device is taken at once`() async throws {
        let user = try Users.user(.sha256, .aes128)
        var agent = try await RealAgent(
            configuration: Users.configuration.replacing(
                Users.privacyPassphrase, with: "another-passphrase"))
        try await withEngine { engine in
            let before = await get(engine, agent.port, user, timeout: 300)
            #expect(before.groups[0].failureCode == "wrong_privacy")
            try await agent.end()
            agent = try await RealAgent(configuration: Users.configuration, port: agent.port)
            let after = await get(engine, agent.port, user)
            #expect(after.groups[0].failureCode == nil)
        }
    }

    /// How the agent comes back after it was stopped.
    enum Return: CaseIterable { case rebooted, bootsWentBack, otherEngine }

    @Test(arguments: Return.allCases)
    func `an agent that comes back otherwise is asked again, and answers`(how: Return) async throws
    {
        let user = try Users.user(.sha256, .aes128)
        let fixed = Users.configuration + "engineID same-engine\n"
        var agent = try await RealAgent(configuration: fixed)
        if how == .bootsWentBack {
            // So that there is something to go back from.
            for _ in 0..<2 {
                try await agent.end()
                agent = try await RealAgent(
                    configuration: fixed, port: agent.port, folder: agent.folder)
            }
        }
        try await withEngine { engine in
            #expect(await get(engine, agent.port, user).groups[0].failureCode == nil)
            try await agent.end()
            agent =
                switch how {
                case .rebooted:
                    try await RealAgent(
                        configuration: fixed, port: agent.port, folder: agent.folder)
                case .bootsWentBack: try await RealAgent(configuration: fixed, port: agent.port)
                case .otherEngine:
                    try await RealAgent(
                        configuration: Users.configuration + "engineID another-engine\n",
                        port: agent.port)
                }
            let after = await get(engine, agent.port, user)
            #expect(after.groups[0].failureCode == nil, "\(after.groups[0])")
        }
    }

    @Test func `agents with one engineID do not disturb each other`() async throws {
        let user = try Users.user(.sha256, .aes128)
        let fixed = Users.configuration + "engineID same-engine\n"
        let other = fixed.replacing(Users.passphrase, with: "quite-another-pass")
        let twin = try await RealAgent(configuration: fixed)
        try await twin.end()
        let agents = [
            try await RealAgent(configuration: fixed),
            // The same passphrases, but it booted more often.
            try await RealAgent(configuration: fixed, folder: twin.folder),
            try await RealAgent(configuration: other),
        ]
        let users = [
            user, user, try Users.user(.sha256, .aes128, passphrase: "quite-another-pass"),
        ]
        try await withEngine { engine in
            for _ in 0..<3 {
                for (agent, user) in zip(agents, users) {
                    let response = await get(engine, agent.port, user)
                    #expect(response.groups[0].failureCode == nil, "\(response.groups[0])")
                }
            }
        }
    }

    @Test func `an agent slower than its time-out is heard`() async throws {
        let agent = try await RealAgent(configuration: Users.configuration)
        let user = try Users.user(.sha256, .aes128)
        let proxy = try SlowWay(to: agent.port, milliseconds: 700)
        try await withEngine { engine in
            let response = await get(engine, proxy.port, user, timeout: 500, retries: 10)
            #expect(response.groups[0].failureCode == nil, "\(response.groups[0])")
            #expect(response.effort.retransmissions > 0)
        }
        proxy.stop()
    }

    @Test func `an engine that was found once is not looked for after a restart`() async throws {
        let agent = try await RealAgent(configuration: Users.configuration)
        let user = try Users.user(.sha256, .aes128)
        let known = try await withEngine { engine in
            let first = await get(engine, agent.port, user)
            // The question for the engine, and the question itself.
            #expect(first.groups[0].failureCode == nil && first.effort.questions == 2)
            #expect(await get(engine, agent.port, user).effort.questions == 1)
            return engine.takeKnowledge()
        }
        let engine = try #require(known.engines.first)
        #expect(known.engines.count == 1 && engine.user == user.name && engine.port == agent.port)
        #expect(engine.engineID.count >= 5 && engine.boots > 0)
        try await withEngine(knowing: known) { engine in
            let response = await get(engine, agent.port, user)
            #expect(response.groups[0].failureCode == nil && response.effort.questions == 1)
            #expect(engine.takeKnowledge().engines == [])
        }
    }

    @Test func `a walk with SNMPv3 reads what SNMPv2c reads`() async throws {
        let agent = try await RealAgent(configuration: Users.configuration)
        let user = try Users.user(.sha512, .aes256)
        try await withEngine { engine in
            let system = OID([1, 3, 6, 1, 2, 1, 1])
            let plain = try await engine.walk(
                SNMPWalkRequest(target: PollerSNMPTests.target(agent.port), root: system))
            let secure = try await engine.walk(
                SNMPWalkRequest(target: target(agent.port, user), root: system))
            #expect(plain.rows.map(\.oid) == secure.rows.map(\.oid) && !plain.rows.isEmpty)
        }
    }

    @Test func `silence to SNMPv3 is told as such`() async throws {
        let port = try Ports.freeUDP()
        let silent = try LoopbackSocket(.udp)
        try silent.bind(to: port)
        try await withEngine { engine in
            let user = try Users.user(.sha1, nil)
            let response = await get(engine, port, user, timeout: 150)
            #expect(response.groups[0].failureCode == "no_answer")
            guard case .failure(.noAnswerToUser(3, 450)) = response.groups[0] else {
                throw Unexpected("\(response.groups[0])")
            }
        }
        withExtendedLifetime(silent) {}
    }
}

extension Result<SNMPGroupAnswer, SNMPFailure> {
    /// nil when all is well.
    fileprivate var failureCode: String? {
        switch self {
        case .failure(let failure): failure.code
        case .success(let answer):
            answer.values.lazy.compactMap { value in
                if case .failure(let failure) = value { failure.code } else { nil }
            }.first
        }
    }
}
