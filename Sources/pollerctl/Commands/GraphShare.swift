import ArgumentParser
import PollerModel

/// `pollerctl graph share GRAPH`
struct GraphShare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Makes a link to a graph that anybody may see, for a wiki, a mail or a ticket.",
        discussion: """
            The link shows one picture, whose range moves with the time where it is relative. \
            Whoever has it sees that picture without a login, inside pages of other sites too, and \
            nothing else. It is printed once and not kept: who loses it makes another.

            Times: now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds.
            """)

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @Option(help: "Beginning of the range; by default now-1d.")
    var from: String?

    @Option(help: "End of the range; by default now.")
    var to: String?

    @Option(help: "Width of the plot in points.")
    var width: Int?

    @Option(help: "Height of the plot in points.")
    var height: Int?

    @Option(help: "Pixels for each point: 1 or 2.")
    var scale: Int?

    @Option(help: "light or dark.")
    var theme: String?

    @Option(help: "png, svg, csv or json; by default png.")
    var format: String?

    @Flag(help: "Share the graph: any range, size and theme, put behind the address.")
    var anyRange = false

    @Option(help: "How long the link is valid: 90m, 12h, 30d, 4w, 2y or never; by default 30d.")
    var expires: String?

    @Option(help: "For whom or what it is.")
    var label: String?

    @Flag(help: "Print all that is known of the link as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        var order = ShareOrder()
        (order.from, order.to, order.theme, order.format) = (from, to, theme, format)
        (order.width, order.height, order.scale) = (width, height, scale)
        order.anyRange = anyRange ? true : nil
        order.expires = expires
        order.label = label
        let link = try connection.daemon.post(
            "/api/v1/graphs/\(graph)/shares", order, as: SharedLinkReport.self)
        if json {
            try Terminal.write(JSONText.encode(link))
        } else {
            print(link.url)
        }
        let title = link.share.graphTitle ?? "graph \(graph)"
        let end = link.share.expiresAt.map { "until \($0)" } ?? "until it is revoked"
        Terminal.complain("Whoever has this link sees \(title), \(link.share.allows), \(end).")
        Terminal.complain(
            "  pollerctl graph unshare \(link.share.id) revokes it. Behind a proxy, put its name in "
                + "front of /share/.")
    }
}
