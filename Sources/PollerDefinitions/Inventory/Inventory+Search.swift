import Foundation
import GRDB
package import PollerModel

/// What is looked for.
extension Inventory: SearchIndex {
    package func find(
        _ request: SearchRequest
    ) async throws(InventoryFailure) -> [SearchGroup] {
        guard !request.text.isEmpty else { return [] }
        do {
            do {
                return try await read(request)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
                // All that is in it stands elsewhere too.
                try await database.write { try SearchTable.rebuild(self.definitions, $0) }
                return try await read(request)
            }
        } catch {
            throw Self.failure(error, "look for something")
        }
    }

    private func read(_ request: SearchRequest) async throws -> [SearchGroup] {
        try await database.read { database in
            let search = SearchReader(request)
            return try request.kinds.map { try search.group($0, database) }
        }
    }

    /// Makes the index anew where it is of another kind than this pollerd's, or of none.
    func renewSearch(_ definitions: Definitions) throws {
        let catalogue = definitions.catalogue
        guard try !database.read({ try SearchTable.isCurrent(catalogue, $0) }) else { return }
        try database.write { try SearchTable.rebuild(definitions, $0) }
    }
}

/// One search in the tables of `SearchTable`.
private struct SearchReader {
    private let request: SearchRequest
    /// What is asked of FTS5; nil where all words are too short for it.
    private let match: String?
    /// Numbers of the devices, as a list in JSON; nil where all may be found.
    private let devices: String?

    init(_ request: SearchRequest) {
        self.request = request
        match = Self.match(request.text)
        devices = request.devices.map { devices in
            "[" + devices.map { String($0.rawValue) }.joined(separator: ",") + "]"
        }
    }

    /// All words, each a string: in quotes nothing is syntax to FTS5, and a quote is written twice
    /// (https://www.sqlite.org/fts5.html, 3.1).
    static func match(_ text: SearchText) -> String? {
        let words = text.words.filter(\.isIndexed).map { word in
            var forms = [quoted(word.folded)]
            if let digits = word.digits { forms.append("addresses : " + quoted(digits)) }
            if let address = word.address { forms.append(quoted(address)) }
            return "(" + forms.joined(separator: " OR ") + ")"
        }
        return words.isEmpty ? nil : words.joined(separator: " AND ")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    func group(_ kind: SearchKind, _ database: Database) throws -> SearchGroup {
        let named = try entries(kind, database, Self.byName, byName(kind))
        var (found, isCut) = named
        if let match {
            let ids = SearchTable.ids(kind)
            let matching = try entries(
                kind, database, Self.byText, [match, ids.lowerBound, ids.upperBound])
            let known = Set(found.map(\.key))
            found += matching.entries.filter { !known.contains($0.key) }
            isCut = isCut || matching.isCut
        }
        return SearchGroup(kind, found, fitting: request.text, isCut: isCut)
    }

    /// Names that begin with it: the best of all that fit, which those found by a word alone may
    /// be too many to hold.
    private static let byName = """
        SELECT id FROM search_entry WHERE kind = ? AND name >= ? AND name < ?
            ORDER BY kind, name
        """

    private static let byText = """
        SELECT rowid AS id FROM search_text WHERE search_text MATCH ? AND rowid BETWEEN ? AND ?
        """

    private func byName(_ kind: SearchKind) -> StatementArguments {
        let text = request.text.folded
        return [SearchTable.number(kind), text, text + "\u{10ffff}"]
    }

    /// At most so many of those whose ids `sql` selects as are looked at.
    private func entries(
        _ kind: SearchKind, _ database: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> (entries: [SearchEntry], isCut: Bool) {
        // One more tells whether there are more; of those that are passed over, nobody knows.
        let limit = SearchLimits.matches + 1
        let most = devices == nil ? limit : SearchLimits.passedOver
        let scope =
            devices == nil
            ? "" : "WHERE device IS NULL OR device IN (SELECT value FROM json_each(?))"
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT id, device, name, texts, addresses
                    FROM (\(sql) LIMIT ?) JOIN search_entry USING (id) \(scope) LIMIT ?
                    """),
            arguments: arguments + [most] + (devices.map { [$0] } ?? []) + [limit])
        var found: [SearchEntry] = []
        while let row = try rows.next() {
            let id: Int64 = row[0]
            found.append(
                SearchEntry(
                    key: .init(kind, id - SearchTable.ids(kind).lowerBound),
                    device: (row[1] as Int64?).map { DeviceID($0) }, name: row[2], texts: row[3],
                    addresses: row[4]))
        }
        let isCut = found.count == limit
        return (Array(found.prefix(SearchLimits.matches)), isCut)
    }
}
