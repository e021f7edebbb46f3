import ArgumentParser
import PollerModel

/// `pollerctl graph share-keys`
struct GraphShareKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share-keys",
        abstract: "Lists, makes and removes the keys that sign links to graphs.",
        discussion: """
            The newest key signs; links that an older one signed stay valid until it is removed. To \
            change keys, make one, give out new links, and remove the old key. Keys themselves are \
            never shown.
            """)

    @Flag(help: "Make a key, which signs from now on.")
    var new = false

    @Option(help: "Remove the key with this id, and revoke all links it signed.")
    var remove: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        if new { _ = try daemon.post("/api/v1/share-keys", as: SigningKeyReport.self) }
        if let remove { try daemon.delete("/api/v1/share-keys/\(remove)") }
        let keys = try daemon.list("/api/v1/share-keys", of: SigningKeyReport.self)
        try Listing(
            items: keys,
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("MADE") { $0.createdAt },
                Column("SIGNS") { $0.signs ? "yes" : "" },
                Column("VALID LINKS", isNumber: true) { "\($0.shares)" },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }
}
