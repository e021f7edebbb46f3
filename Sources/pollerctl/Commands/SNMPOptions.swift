import ArgumentParser
import Foundation
import PollerModel

/// How to ask a device.
struct SNMPOptions: ParsableArguments {
    @Option(help: "UDP port of the agent.")
    var port: Int?

    @Option(help: "SNMP version: 1 or 2c.")
    var snmp: String?

    @Option(help: "Community. It shows in the shell's history; see --community-file.")
    var community: String?

    @Option(
        help: "File whose first line is the community; - is standard input.", completion: .file())
    var communityFile: String?

    @Option(help: "Milliseconds a request may stay without an answer.")
    var timeout: Int64?

    @Option(help: "How often an unanswered request is sent again.")
    var retries: Int?

    func order(host: String) throws -> AddDeviceOrder {
        var order = AddDeviceOrder(host: host, community: try readCommunity())
        order.port = port
        order.snmpVersion = snmp
        order.timeoutMilliseconds = timeout
        order.retries = retries
        return order
    }

    private func readCommunity() throws -> String {
        switch (community, communityFile) {
        case (let community?, nil):
            ArgumentVector.hide(community)
            return community
        case (nil, let path?): return try firstLine(of: path)
        case (nil, nil):
            throw CommandFailure(
                "the community is missing",
                fix: "add --community public, or whatever the device has",
                exitCode: .usage)
        case (_?, _?):
            throw CommandFailure(
                "--community and --community-file exclude each other", exitCode: .usage)
        }
    }

    private func firstLine(of path: String) throws -> String {
        let text: String
        do {
            let data =
                try path == "-"
                ? FileHandle.standardInput.readToEnd() ?? Data()
                : Data(contentsOf: URL(filePath: path))
            text = String(decoding: data.prefix(4_096), as: UTF8.self)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard !line.isEmpty else { throw CommandFailure("\(path) holds no community") }
        return line
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
