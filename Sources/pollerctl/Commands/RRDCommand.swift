import ArgumentParser

/// `pollerctl rrd …`
struct RRDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rrd", abstract: "Round-robin files: check, info, purge.",
        subcommands: [RRDCheck.self, RRDInfo.self, RRDPurge.self])
}
