import ArgumentParser

/// `pollerctl data-source …`
struct DataSourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data-source", abstract: "Data sources: list, last.",
        subcommands: [DataSourceList.self, DataSourceLast.self])
}
