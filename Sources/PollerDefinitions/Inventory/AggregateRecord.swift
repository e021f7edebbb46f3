import GRDB
import PollerModel

/// A row of the table `aggregate`, and how it becomes a value of the model and back. The members
/// of a list stand in `aggregate_member`.
struct AggregateRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "aggregate"

    var id: Int64
    var title: String
    var template: String
    /// nil where the members are a list.
    var rule: MemberRule?
    var arrangement: Aggregate.Arrangement
    var isMirrored: Bool
    var hasTotal: Bool
    var unknowns: Aggregate.Unknowns
    var skipped: [String]
    var palette: PaletteText
    var createdAt: Int64

    /// A palette as JSON, which GRDB makes of objects and lists only, and not of a text alone.
    struct PaletteText: Codable {
        let value: Palette
    }

    private enum CodingKeys: String, CodingKey {
        case id, title, template, rule, arrangement, unknowns, skipped, palette
        case isMirrored = "is_mirrored"
        case hasTotal = "has_total"
        case createdAt = "created_at"
    }

    init(_ aggregate: Aggregate) {
        id = aggregate.id.rawValue
        title = aggregate.title
        template = aggregate.template
        if case .rule(let rule) = aggregate.members { self.rule = rule }
        arrangement = aggregate.arrangement
        isMirrored = aggregate.isMirrored
        hasTotal = aggregate.total
        unknowns = aggregate.unknowns
        skipped = aggregate.skipped
        palette = PaletteText(value: aggregate.palette)
        createdAt = aggregate.createdAt.milliseconds
    }

    /// - Parameter sources: the members, where they are a list.
    func aggregate(_ sources: [DataSourceID]) throws(UnreadableRow) -> Aggregate {
        guard let createdAt = DeviceRecord.time(createdAt) else {
            throw UnreadableRow(words: "aggregate \(id) is not readable")
        }
        return Aggregate(
            id: GraphID(id), title: title, template: template,
            members: rule.map { .rule($0) } ?? .list(sources), arrangement: arrangement,
            isMirrored: isMirrored, total: hasTotal, unknowns: unknowns, skipped: skipped,
            palette: palette.value, createdAt: createdAt)
    }
}

/// A row of the table `aggregate_member`: a data source, and which of its list it is.
struct AggregateMemberRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "aggregate_member"

    var aggregate: Int64
    var place: Int
    var dataSource: Int64

    private enum CodingKeys: String, CodingKey {
        case aggregate, place
        case dataSource = "data_source"
    }
}
