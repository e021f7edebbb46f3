import ArgumentParser
import PollerModel

/// What a graph of many data sources is made of, and how it is drawn.
struct AggregateOptions: ParsableArguments {
    @Option(
        help: """
            Draw many data sources in one graph, as their sum, stack, average or overlay (a line \
            for each).
            """)
    var aggregate: String?

    @Option(
        name: .customLong("template"),
        help: "Graph template each member is drawn by, for example interface_traffic.")
    var memberTemplate: String?

    @Option(help: "Title of the graph.")
    var title: String?

    @OptionGroup var members: MemberOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Draw the second series of each pair below zero: in above, out below.")
    var mirrored: Bool?

    @Flag(inversion: .prefixedNo, help: "Add a line over the sum of all to a stack or an overlay.")
    var total: Bool?

    @Option(
        help: """
            strict: a sum of which a part is unknown is unknown (by default); known: it is the sum \
            of those that are known.
            """)
    var unknowns: String?

    @Option(help: "Leave out the series with this label; repeatable. \"\" leaves out none.")
    var skip: [String] = []

    @Option(help: "mixed, viridis, blues or oranges, or colours: \"#0067a5,#d55e00\".")
    var palette: String?

    /// The order these options are.
    func order(_ daemon: Daemon) throws -> AggregateOrder {
        var order = AggregateOrder()
        order.arrangement = aggregate
        order.template = memberTemplate
        order.title = title
        order.sources = try members.sources()
        order.rule = try members.rule(daemon)
        order.mirrored = mirrored
        order.total = total
        order.unknowns = unknowns
        order.skip = skip.isEmpty ? nil : skip == [""] ? [] : skip
        order.palette = try palette.map(Self.palette)
        return order
    }

    /// A name, or colours with commas between them.
    private static func palette(_ text: String) throws -> Palette {
        if let name = Palette.Name(rawValue: text) { return .named(name) }
        let colors = text.split(separator: ",").compactMap { Color(opaque: String($0)) }
        guard !colors.isEmpty, colors.count == text.split(separator: ",").count else {
            let known = Palette.Name.allCases.map(\.rawValue)
            throw CommandFailure(
                "“\(text)” is no palette" + Suggestion.phrase(for: text, among: known),
                fix: "use one of \(known.joined(separator: ", ")), or colours like "
                    + "\"#0067a5,#d55e00\"", exitCode: .usage)
        }
        return .own(colors)
    }
}

/// Which data sources an aggregate is made of: a list, or what they are like.
struct MemberOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: "Ids of its data sources, in this order (pollerctl data-source list).")
    var source: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: """
            Take the graphs of these devices, by id or name. Of this and the following all that is \
            given must hold, now and for whatever comes later.
            """)
    var device: [String] = []

    @Option(help: "Take those of devices whose name is like this; * stands for any text.")
    var nameLike: String?

    @Option(help: "Take those of devices with this tag.")
    var tag: String?

    @Option(help: "Take those of devices of this site.")
    var site: String?

    @Option(help: "Take those of devices of this device template.")
    var deviceTemplate: String?

    @Option(help: "Take those whose title is like this; * stands for any text.")
    var titleLike: String?

    /// nil where none is named.
    func sources() throws -> [DataSourceID]? {
        guard !source.isEmpty else { return nil }
        return try source.map { text in
            guard let id = DataSourceID(text: text) else {
                throw CommandFailure(
                    "“\(text)” is no id of a data source",
                    fix: "see pollerctl data-source list", exitCode: .usage)
            }
            return id
        }
    }

    /// nil where no condition is given.
    func rule(_ daemon: Daemon) throws -> MemberRule? {
        var rule = MemberRule()
        rule.devices = device.isEmpty ? nil : try device.map { try daemon.device($0).id }
        rule.nameLike = nameLike.map { Glob($0) }
        rule.tag = tag
        rule.site = site
        rule.deviceTemplate = deviceTemplate
        rule.titleLike = titleLike.map { Glob($0) }
        return rule.isEmpty ? nil : rule
    }
}
