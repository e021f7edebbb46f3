import PollerModel
import Yams

/// Reads a mapping strictly: every key is known, every value of its type and within its range.
/// What is wrong goes to the list, and reading goes on, so that one run shows everything.
final class MappingReader {
    let path: String
    let node: Node
    let problems: ProblemList
    /// What this mapping describes, for messages: “data template”.
    let subject: String
    private var known: Set<String> = []
    private let values: [String: Node]

    init(_ node: Node, subject: String, path: String, problems: ProblemList) {
        self.node = node
        self.subject = subject
        self.path = path
        self.problems = problems
        values = Dictionary(
            (node.mapping ?? [:]).map { ($0.key.scalar?.string ?? "?", $0.value) },
            uniquingKeysWith: { first, _ in first })
        if node.mapping == nil {
            problems.add(
                path, node, "a \(subject) must be a list of “key: value” lines",
                fix: "see the shipped files for examples")
        }
    }

    /// Reports keys that nobody asked for. Call it when all known keys were read.
    func finish() {
        for (key, _) in node.mapping ?? [:] {
            let name = key.scalar?.string ?? "?"
            guard !known.contains(name) else { continue }
            problems.add(
                path, key,
                "a \(subject) has no key “\(name)”"
                    + Suggestion.phrase(for: name, among: known),
                fix: "known keys: \(known.sorted().joined(separator: ", "))")
        }
    }

    func child(_ key: String) -> Node? {
        known.insert(key)
        guard let value = values[key] else { return nil }
        // An empty value is as good as none.
        return YAMLDocument.isEmpty(value) ? nil : value
    }

    func has(_ key: String) -> Bool { child(key) != nil }

    /// Says that a key is missing. `node` is the mapping itself.
    func missing(_ key: String) {
        problems.add(path, node, "the \(subject) lacks the key “\(key)”")
    }

    func wrong(_ key: String, _ what: String, fix: String? = nil) {
        problems.add(path, child(key) ?? node, "“\(key)” \(what)", fix: fix)
    }

    func text(_ key: String) -> String? {
        guard let value = child(key) else { return nil }
        guard let scalar = value.scalar else {
            wrong(key, "must be a text")
            return nil
        }
        return scalar.string
    }

    func requiredText(_ key: String) -> String {
        if child(key) == nil { missing(key) }
        let text = text(key)
        if text?.trimmed.isEmpty == true { wrong(key, "is empty", fix: "write a text") }
        return text ?? ""
    }

    func integer(_ key: String, in range: ClosedRange<Int64>, default value: Int64) -> Int64 {
        optionalInteger(key, in: range) ?? value
    }

    func requiredInteger(_ key: String, in range: ClosedRange<Int64>) -> Int64 {
        if child(key) == nil { missing(key) }
        return optionalInteger(key, in: range) ?? range.lowerBound
    }

    func optionalInteger(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(key) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            wrong(
                key,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "not “\(text)”")
            return nil
        }
        return number
    }

    func number(_ key: String) -> Double? {
        guard let text = text(key) else { return nil }
        guard let number = Double(text), number.isFinite else {
            wrong(key, "must be a number, not “\(text)”")
            return nil
        }
        return number
    }

    func flag(_ key: String) -> Bool {
        guard let text = text(key) else { return false }
        guard text == "true" || text == "false" else {
            wrong(key, "must be true or false, not “\(text)”")
            return false
        }
        return text == "true"
    }

    func oid(_ key: String) -> OID? {
        guard let text = text(key) else { return nil }
        guard let oid = Self.object(text) else {
            wrong(
                key, "must be an OID in numbers, not “\(text)”",
                fix: "write it out, for example 1.3.6.1.2.1.2.2.1.10")
            return nil
        }
        return oid
    }

    /// An OID below iso(1), to which the index of a row still fits.
    private static func object(_ text: String) -> OID? {
        guard let oid = OID(text), (2...QueryRow.longestColumn).contains(oid.arcs.count),
            oid.arcs[0] == 1, oid.arcs[1] < 40
        else { return nil }
        return oid
    }

    /// One of the raw values of `Choice`.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default value: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let text = text(key) else { return value }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue)
            wrong(
                key, "cannot be “\(text)”" + Suggestion.phrase(for: text, among: names),
                fix: "it is one of \(names.joined(separator: ", "))")
            return value
        }
        return choice
    }

    /// The elements of a list; nil when the key is absent.
    func list(_ key: String) -> [Node]? {
        guard let value = child(key) else { return nil }
        guard let sequence = value.sequence else {
            wrong(key, "must be a list")
            return nil
        }
        return Array(sequence)
    }

    func texts(_ key: String) -> [String] { texts(key) { text, _ in text } }

    /// The texts of a list, as `body` makes something of them; it says what is wrong itself.
    func texts<Value>(_ key: String, _ body: (String, Node) -> Value?) -> [Value] {
        (list(key) ?? []).compactMap { element in
            if let scalar = element.scalar { return body(scalar.string, element) }
            problems.add(path, element, "“\(key)” must be a list of texts")
            return nil
        }
    }

    func oids(_ key: String) -> [OID] {
        (list(key) ?? []).compactMap { element in
            if let oid = element.scalar.flatMap({ Self.object($0.string) }) { return oid }
            problems.add(
                path, element, "“\(element.scalar?.string ?? "?")” in “\(key)” is no OID in numbers"
            )
            return nil
        }
    }

    func mappings(_ key: String, subject: String) -> [MappingReader] {
        (list(key) ?? []).map {
            MappingReader($0, subject: subject, path: path, problems: problems)
        }
    }

    /// A mapping below this one; reads as empty when it is absent.
    func section(_ key: String) -> MappingReader {
        MappingReader(
            child(key) ?? Node([(Node, Node)]()), subject: "section “\(key)”", path: path,
            problems: problems)
    }

    /// The pairs of a mapping whose keys are free.
    func pairs(_ key: String) -> [(key: String, node: Node, value: Node)] {
        guard let value = child(key) else { return [] }
        guard let mapping = value.mapping else {
            wrong(key, "must be a list of “key: value” lines")
            return []
        }
        return mapping.map { ($0.key.scalar?.string ?? "?", $0.key, $0.value) }
    }
}
