import ArgumentParser
import PollerModel

/// `pollerctl dashboard create NAME`
struct DashboardCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a dashboard.",
        discussion: """
            Its tiles stand in this order: the states of devices, graphs, top lists, texts; its \
            page changes that. For example, for the wall of the office:

              pollerctl dashboard create Wall --shared --columns 3 --states --graph 7 --graph 12 \\
                  --top interface_traffic/traffic_in
            """)

    @Argument(help: "Name of the dashboard.")
    var name: String

    @Option(help: "Tiles beside each other, 1 to \(Dashboard.columnRange.upperBound).")
    var columns: Int?

    @Flag(help: "Show it to all; else it is its owner's.")
    var shared = false

    @Flag(help: "A tile with the states of all devices.")
    var states = false

    @Option(help: "A tile with the graph of this id; repeatable.")
    var graph: [Int64] = []

    @Option(help: "Range of the graphs, up to now, for example now-6h.")
    var from: String?

    @Option(
        help: "A tile with the largest values of a data template: TEMPLATE or TEMPLATE/FIELD.")
    var top: [String] = []

    @Option(help: "A tile with a text; repeatable.")
    var text: [String] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = DashboardOrder()
        order.name = name
        order.shared = shared
        order.columns = columns
        order.tiles = tiles
        try connection.daemon.post("/api/v1/dashboards", order, as: DashboardReport.self)
            .write("Made", output.output)
    }

    private var tiles: [DashboardTileOrder] {
        var tiles = states ? [DashboardTileOrder(.states)] : []
        for id in graph {
            var tile = DashboardTileOrder(.graph)
            tile.graph = GraphID(id)
            tile.from = from
            tiles.append(tile)
        }
        for name in top {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            var tile = DashboardTileOrder(.top)
            tile.template = parts.first
            tile.item = parts.count > 1 ? parts[1] : nil
            tiles.append(tile)
        }
        for words in text {
            var tile = DashboardTileOrder(.text)
            tile.text = words
            tiles.append(tile)
        }
        return tiles
    }
}
