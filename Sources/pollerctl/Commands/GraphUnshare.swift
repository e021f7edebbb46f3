import ArgumentParser
import PollerModel

/// `pollerctl graph unshare SHARE…`
struct GraphUnshare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unshare",
        abstract: "Revokes links to graphs, at once and for good.",
        discussion: "pollerctl graph shares lists them.")

    @Argument(help: "Ids of the shares.")
    var share: [Int64]

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        for share in share {
            try daemon.delete("/api/v1/shares/\(share)")
            print("Revoked share \(share)")
        }
    }
}
