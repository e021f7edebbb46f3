import ArgumentParser

/// `pollerctl graph …`
struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Graphs: list, show, render.",
        subcommands: [GraphList.self, GraphShow.self, GraphRender.self])
}
