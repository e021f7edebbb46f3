import ArgumentParser
import Foundation
import PollerModel

/// How to ask a device.
struct SNMPOptions: ParsableArguments {
    @Option(help: "UDP port of the agent.")
    var port: Int?

    @Option(help: "SNMP version: 1, 2c or 3.")
    var snmp: String?

    @Option(help: "Community. It shows in the shell's history; see --community-file.")
    var community: String?

    @Option(
        help: "File whose first line is the community; - is standard input.", completion: .file())
    var communityFile: String?

    @Option(help: "SNMPv3: name of the user.")
    var v3User: String?

    @Option(help: "SNMPv3: noAuthNoPriv, authNoPriv or authPriv; by default what is given.")
    var v3Level: String?

    @Option(help: "SNMPv3: authentication protocol: MD5, SHA, SHA224, SHA256, SHA384 or SHA512.")
    var auth: String?

    @Option(
        help: "SNMPv3: file whose first line is the authentication passphrase.",
        completion: .file())
    var authPasswordFile: String?

    @Option(
        help: "SNMPv3: privacy protocol: DES, AES128, AES192, AES192C, AES256 or AES256C.")
    var priv: String?

    @Option(
        help: "SNMPv3: file whose first line is the privacy passphrase.", completion: .file())
    var privPasswordFile: String?

    @Option(help: "SNMPv3: name of the context.")
    var context: String?

    @Option(help: "SNMPv3: engine id of the context, in base 16.")
    var contextEngine: String?

    @Option(help: "Milliseconds a request may stay without an answer.")
    var timeout: Int64?

    @Option(help: "How often an unanswered request is sent again.")
    var retries: Int?

    @Option(
        help: """
            Address of pollerd's machine to ask from; "" is whichever the routes choose.
            """)
    var sourceAddress: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Take answers also from another address than the one that was asked.")
    var anySource: Bool?

    @Option(
        help: "Objects in one request, 1 to 60; 0 is as many as the agent is found to take.")
    var maxOids: Int?

    @Option(help: "Rows asked for by one GETBULK, 1 to 60; 0 is as many as fit.")
    var maxRepetitions: Int?

    /// Writes what was given into an order.
    ///
    /// - Parameter needsCredentials: false where a device has its own.
    func fill(_ order: inout DeviceOrder, needsCredentials: Bool) throws {
        if let user = try readUser() {
            order.user = user
        } else if needsCredentials || community != nil || communityFile != nil {
            order.community = try readCommunity()
        }
        order.port = port
        order.snmpVersion = snmp
        order.timeoutMilliseconds = timeout
        order.retries = retries
        order.sourceAddress = sourceAddress
        order.checksSource = anySource.map { !$0 }
        order.objectsPerMessage = maxOids
        order.maxRepetitions = maxRepetitions
    }

    /// nil when no option of SNMPv3 is given.
    private func readUser() throws -> SNMPUserOrder? {
        let others = [
            v3Level, auth, authPasswordFile, priv, privPasswordFile, context, contextEngine,
        ]
        guard let name = v3User else {
            guard snmp != "3", others.allSatisfy({ $0 == nil }) else {
                throw CommandFailure(
                    "the user of SNMPv3 is missing", fix: "give its name with --v3-user",
                    exitCode: .usage)
            }
            return nil
        }
        guard snmp ?? "3" == "3", community == nil, communityFile == nil else {
            throw CommandFailure(
                "a user belongs to --snmp 3, a community to 1 and 2c", exitCode: .usage)
        }
        var user = SNMPUserOrder(name: name)
        user.level = v3Level
        user.authentication = auth
        user.authenticationPassphrase = try authPasswordFile.map {
            try SecretFile.firstLine(of: $0, "passphrase")
        }
        user.privacy = priv
        user.privacyPassphrase = try privPasswordFile.map {
            try SecretFile.firstLine(of: $0, "passphrase")
        }
        user.context = context
        user.contextEngineId = contextEngine
        do {
            _ = try user.user()
        } catch {
            throw CommandFailure(
                error.words, fix: "see pollerctl help add-device", exitCode: .usage)
        }
        return user
    }

    private func readCommunity() throws -> String {
        switch (community, communityFile) {
        case (let community?, nil):
            ArgumentVector.hide(community)
            return community
        case (nil, let path?): return try SecretFile.firstLine(of: path, "community")
        case (nil, nil):
            throw CommandFailure(
                "the community is missing",
                fix: "add --community public, or whatever the device has; --v3-user for SNMPv3",
                exitCode: .usage)
        case (_?, _?):
            throw CommandFailure(
                "--community and --community-file exclude each other", exitCode: .usage)
        }
    }
}

/// The arguments as the kernel shows them to every user of the machine.
enum ArgumentVector {
    /// Overwrites each argument that is `secret`, or ends in `=secret`.
    static func hide(_ secret: String) {
        guard !secret.isEmpty else { return }
        for position in 1..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[position] else { continue }
            let text = String(cString: argument)
            guard text == secret || text.hasSuffix("=\(secret)") else { continue }
            let length = strlen(argument)
            memset(argument + (length - secret.utf8.count), 0x78, secret.utf8.count)
        }
    }
}
