import Foundation
import Yams

/// Every key of `pollerd.yaml`: what it means, its default, and what it is set to where. What keys
/// there are, with meaning and default, is told by the shipped file, in which each stands with its
/// comment; so nothing is written down twice.
package struct SettingsListing: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// As `web.listen`.
        package let key: String
        package let meaning: String
        package let standard: String
        /// As it is written in the file; the default where it is not there.
        package let value: String
        /// Of the file; nil where the default counts.
        package let line: Int?
    }

    /// The settings file of this daemon.
    package let file: String
    package let entries: [Entry]

    /// - Parameters:
    ///   - reference: the shipped file with all keys.
    ///   - path: the settings file, which was loaded before.
    /// - Throws: why one of them cannot be read.
    package init(reference: String, path: String) throws(Problem) {
        let text: String
        do {
            text = try String(contentsOfFile: reference, encoding: .utf8)
        } catch {
            throw Problem(
                place: reference, what: "cannot be read: \(error.localizedDescription)",
                fix: "install the resources again")
        }
        try self.init(
            referenceText: text, document: YAMLDocument(path: path), path: path)
    }

    init(referenceText: String, document: YAMLDocument, path: String) throws(Problem) {
        let standard = try YAMLDocument(path: "reference", text: referenceText)
        let meanings = Self.meanings(referenceText)
        file = path
        entries = Self.leaves(standard.root).map { key, node in
            let set = Self.node(key, in: document.root)
            let text = Self.text(node)
            return Entry(
                key: key, meaning: meanings[key] ?? "", standard: text,
                value: set.map(Self.text) ?? text, line: set?.mark?.line)
        }
    }

    /// `section.key` of each key, in the order in which they stand.
    private static func leaves(_ root: Node?) -> [(key: String, node: Node)] {
        guard case .mapping(let sections)? = root else { return [] }
        return sections.flatMap { section, content -> [(key: String, node: Node)] in
            guard case .mapping(let keys) = content else { return [] }
            return keys.map { ("\(section.string ?? "").\($0.key.string ?? "")", $0.value) }
        }
    }

    private static func node(_ key: String, in root: Node?) -> Node? {
        leaves(root).first { $0.key == key }?.node
    }

    private static func text(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string
        case .sequence(let sequence): sequence.map { $0.string ?? "" }.joined(separator: ", ")
        case .mapping, .alias: "…"
        }
    }

    /// The comment in front of each key.
    private static func meanings(_ text: String) -> [String: String] {
        var meanings: [String: String] = [:]
        var section = ""
        var comment: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.trimmingCharacters(in: .whitespaces)
            if bare.hasPrefix("#") {
                comment.append(bare.dropFirst().trimmingCharacters(in: .whitespaces))
                continue
            }
            defer { comment = [] }
            guard let colon = bare.firstIndex(of: ":") else { continue }
            let name = String(bare[..<colon])
            if line.first == " " {
                meanings["\(section).\(name)"] = comment.joined(separator: " ")
            } else {
                section = name
            }
        }
        return meanings
    }
}
