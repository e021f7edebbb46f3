import ArgumentParser
import Foundation
import PollerModel

/// How a listing is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, jsonl, csv, name
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "table, json, jsonl, csv or name.")
    var output = OutputFormat.table
}

/// One column of a listing: its heading, and what stands in it.
struct Column<Item> {
    let heading: String
    let isNumber: Bool
    let text: (Item) -> String

    init(_ heading: String, isNumber: Bool = false, _ text: @escaping (Item) -> String) {
        self.heading = heading
        self.isNumber = isNumber
        self.text = text
    }
}

/// Things of one kind, written in any of the formats.
struct Listing<Item: Encodable> {
    let items: [Item]
    let columns: [Column<Item>]
    /// What `-o name` prints.
    let name: (Item) -> String

    func write(_ format: OutputFormat) throws {
        switch format {
        case .table: print(table, terminator: "")
        case .json: try Terminal.write(JSONText.encode(items))
        case .jsonl:
            for item in items { try Terminal.write(JSONText.encode(item)) }
        case .csv: print(csv, terminator: "")
        case .name:
            for item in items { print(name(item)) }
        }
    }

    private var table: String {
        let rows = [columns.map(\.heading)] + items.map { item in columns.map { $0.text(item) } }
        // Counting what a person sees is dear, so it is done once for each cell.
        let lengths = rows.map { row in row.map(\.count) }
        let widths = columns.indices.map { column in lengths.map { $0[column] }.max() ?? 0 }
        var text = ""
        for (row, lengths) in zip(rows, lengths) {
            // No blanks behind the last cell that has something in it.
            var blanks = 0
            for column in columns.indices {
                let padding = widths[column] - lengths[column]
                if columns[column].isNumber { blanks += padding }
                if lengths[column] > 0 {
                    text += String(repeating: " ", count: blanks)
                    text += row[column]
                    blanks = 0
                }
                if !columns[column].isNumber { blanks += padding }
                blanks += 2
            }
            text += "\n"
        }
        return text
    }

    private var csv: String {
        let rows = [columns.map(\.heading)] + items.map { item in columns.map { $0.text(item) } }
        return rows.map { row in row.map(CSVText.cell).joined(separator: ",") + "\r\n" }.joined()
    }
}

enum JSONText {
    /// For a file of our own: keys as they are named in the source.
    static func encodeAsNamed(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value) + [0x0a]
    }

    /// One line, keys in snake_case.
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + [0x0a]
    }
}

/// Facts about one thing, a line each.
enum Facts {
    static func text(_ facts: [(String, String?)]) -> String {
        let known = facts.compactMap { term, text in text.map { (term, $0) } }
        let width = known.map(\.0.count).max() ?? 0
        return known.map { term, text in
            term + String(repeating: " ", count: width - term.count + 2) + text + "\n"
        }.joined()
    }
}
