import ArgumentParser

/// `pollerctl rrd …`
struct RRDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rrd", abstract: "Round-robin files: reshape.",
        subcommands: [RRDReshape.self])
}
