import ArgumentParser

/// `pollerctl graph …`
struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Graphs: list, show, create, edit, delete, render, export, share.",
        subcommands: [
            GraphList.self, GraphShow.self, GraphCreate.self, GraphEdit.self, GraphDelete.self,
            GraphRender.self, GraphExport.self, GraphNumbers.self, GraphRRDCommand.self,
            GraphGallery.self, GraphShare.self, GraphShares.self, GraphUnshare.self,
            GraphShareKeys.self,
        ])
}
