import ArgumentParser

/// `pollerctl rrd …`
struct RRDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rrd", abstract: "Round-robin files: check, info, reshape, purge.",
        subcommands: [RRDCheck.self, RRDInfo.self, RRDReshape.self, RRDPurge.self])
}
