import GRDB
import PollerModel

/// A row of the table `graph_edit`, and how it becomes a value of the model and back.
struct GraphEditRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "graph_edit"

    var graph: Int64
    var version: Int
    var override: GraphOverride
    var editedAt: Int64
    var editedBy: String

    private enum CodingKeys: String, CodingKey {
        case graph, version, override
        case editedAt = "edited_at"
        case editedBy = "edited_by"
    }

    init(_ edit: GraphEdit, of graph: GraphID) {
        self.graph = graph.rawValue
        version = edit.version
        override = edit.override
        editedAt = edit.editedAt.milliseconds
        editedBy = edit.editedBy
    }

    func edit() throws(UnreadableRow) -> GraphEdit {
        guard let editedAt = DeviceRecord.time(editedAt) else {
            throw UnreadableRow(words: "version \(version) of graph \(graph) is not readable")
        }
        return GraphEdit(
            version: version, override: override, editedAt: editedAt, editedBy: editedBy)
    }
}

/// A row of the table `graph_filter`.
struct GraphFilterRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "graph_filter"

    var account: Int64
    var name: String
    var query: String
}
