import Foundation
import Yams

/// The catalogue as text: every entry that can be read, without regard to what it means. What is
/// wrong with entries is for `CatalogueLoader` to say.
package struct CatalogueText: Sendable {
    /// By kind, then by name.
    package let entries: [CatalogueEntry]

    /// - Parameter folders: the shipped resources first, then the site's own, whose entries
    ///   replace those of the same name.
    package init(_ folders: [String]) {
        var entries: [CatalogueEntry] = []
        for kind in CatalogueKind.allCases {
            var byName: [String: CatalogueEntry] = [:]
            for (position, folder) in folders.enumerated() {
                for path in Self.files(in: "\(folder)/\(kind.folder)") {
                    for entry in Self.read(path, kind, isSite: position > 0) {
                        byName[entry.name] = entry
                    }
                }
            }
            entries += byName.values.sorted { $0.name < $1.name }
        }
        self.entries = entries
    }

    /// The entry of this name; of several kinds that have it, the first that `CatalogueKind` lists.
    package func entry(_ name: String, kind: CatalogueKind? = nil) -> CatalogueEntry? {
        entries.first { $0.name == name && kind ?? $0.kind == $0.kind }
    }

    /// Entries that name this one.
    package func users(of entry: CatalogueEntry) -> [CatalogueEntry] {
        entries.filter { other in
            other.references.contains { $0.kind == entry.kind && $0.name == entry.name }
        }
    }

    private static func files(in folder: String) -> [String] {
        // A folder that is not there, or cannot be listed, holds nothing to show.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
            .prefix(CatalogueLoader.largestFileCount).map { "\(folder)/\($0)" }
    }

    private static func read(
        _ path: String, _ kind: CatalogueKind, isSite: Bool
    ) -> [CatalogueEntry] {
        // What cannot be read has no entries to show; a check says why.
        guard let data = FileManager.default.contents(atPath: path),
            data.count <= YAMLDocument.largestByteCount,
            let text = String(bytes: data, encoding: .utf8)
        else { return [] }
        return documents(of: text).compactMap { line, text in
            // The same: an entry that is no YAML is for the check.
            guard let root = try? YAMLDocument(path: path, text: text).root,
                let mapping = root.mapping, let name = mapping[Node("name")],
                let mark = name.mark, let called = name.scalar?.string, !called.isEmpty
            else { return nil }
            let scalar = { (key: String) in mapping[Node(key)]?.scalar?.string }
            return CatalogueEntry(
                kind: kind, name: called, title: scalar("title") ?? "",
                deviceClass: scalar("class"), source: scalar("source") ?? "", path: path,
                line: line + mark.line - 1, isSite: isSite, text: text,
                references: references(in: mapping, of: kind), namePlace: .init(mark))
        }
    }

    private static func references(
        in mapping: Node.Mapping, of kind: CatalogueKind
    ) -> [CatalogueEntry.Reference] {
        kind.references.flatMap { key, target -> [CatalogueEntry.Reference] in
            guard let value = mapping[Node(key)] else { return [] }
            let nodes = value.sequence.map { Array($0) } ?? [value]
            return nodes.compactMap { node in
                guard let name = node.scalar?.string, !name.isEmpty, let mark = node.mark else {
                    return nil
                }
                return .init(kind: target, name: name, place: .init(mark))
            }
        }
    }

    /// The documents of a file, and the lines they begin at. A line that begins with `---` or
    /// `...` is a boundary wherever it stands, in quoted texts too (YAML 1.2.2 §9.1.2).
    static func documents(of text: String) -> [(line: Int, text: String)] {
        var documents: [(line: Int, text: String)] = []
        var begin = 1
        var lines: [Substring] = []
        for (position, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let isBoundary =
                (line.hasPrefix("---") || line.hasPrefix("..."))
                && (line.dropFirst(3).first.map { " \t\r".contains($0) } ?? true)
            guard isBoundary else {
                lines.append(line)
                continue
            }
            documents.append((begin, lines.joined(separator: "\n")))
            // What stands behind the marker is the document's first line, at the same columns.
            let rest = line.dropFirst(3)
            lines = [Substring("   " + (rest.contains { $0 != "\r" } ? rest : ""))]
            begin = position + 1
        }
        documents.append((begin, lines.joined(separator: "\n")))
        return documents
    }
}

extension CatalogueEntry.Place {
    init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
