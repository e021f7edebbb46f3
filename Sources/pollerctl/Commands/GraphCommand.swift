import ArgumentParser

/// `pollerctl graph …`
struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Graphs: list, show, create, edit, delete, render, share.",
        subcommands: [
            GraphList.self, GraphShow.self, GraphCreate.self, GraphEdit.self, GraphDelete.self,
            GraphRender.self, GraphShare.self, GraphShares.self, GraphUnshare.self,
            GraphShareKeys.self,
        ])
}
