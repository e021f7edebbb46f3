import ArgumentParser
import PollerModel

/// Measures what is claimed, each beside the C loop that is its limit.
@main
struct Pollerbench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pollerbench",
        abstract: "Measures the poller, each part beside a plain C loop that does the same.",
        discussion: """
            Figures are CPU time and ratios of one run: wall times say more about the machine's \
            other work.
            """,
        version: Product.version,
        subcommands: [
            SNMPBench.self, RRDBench.self, ReshapeBench.self, CycleBench.self,
            InventoryBench.self, SearchBench.self, GraphBench.self, HTTPBench.self,
        ])
}
