import ArgumentParser

/// `pollerctl graph command GRAPH`
struct GraphRRDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command",
        abstract: "Prints the rrdtool command line that draws the same picture from the files.",
        discussion: """
            It is for a shell, and writes the picture into the present folder. Where the rows of \
            several files are of different length, rrdtool puts them together in its own way.

            \(RangeOptions.times)
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @Option(help: "png or svg.")
    var format: String?

    @OptionGroup var range: RangeOptions
    @OptionGroup var size: SizeOptions
    @OptionGroup var view: ViewOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let query = AddressQuery.text(
            [("format", format)] + range.parameters + size.parameters + view.parameters)
        try Terminal.write(
            connection.daemon.getBytes("/api/v1/graphs/\(graph)/command\(query)"))
    }
}
