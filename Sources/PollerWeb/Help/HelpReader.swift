import PollerModel

/// Reads a page of the help line by line.
struct HelpReader {
    private let lines: [Substring]
    private var position = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private var line: Substring? { position < lines.count ? lines[position] : nil }

    private func mistake(_ words: String) -> HelpText.Mistake {
        HelpText.Mistake(line: position + 1, words: words)
    }

    mutating func page() throws(HelpText.Mistake) -> (title: String, blocks: [HelpBlock]) {
        guard let first = line, first.hasPrefix("# ") else {
            throw mistake("the first line is no title: “# …”")
        }
        position += 1
        var blocks: [HelpBlock] = []
        while let line {
            if line.trimmed.isEmpty {
                position += 1
            } else {
                blocks.append(try block(line))
            }
        }
        return (String(first.dropFirst(2)).trimmed, blocks)
    }

    private mutating func block(_ line: Substring) throws(HelpText.Mistake) -> HelpBlock {
        if line.hasPrefix("```") { return try code() }
        if line.hasPrefix("#") { return try heading(line) }
        if line.hasPrefix("|") { return try table() }
        if let isOrdered = Self.item(line)?.isOrdered { return try list(isOrdered) }
        return .paragraph(try spans(paragraph()))
    }

    private mutating func code() throws(HelpText.Mistake) -> HelpBlock {
        let start = position
        position += 1
        var text = ""
        while let line, !line.hasPrefix("```") {
            text += line + "\n"
            position += 1
        }
        guard line != nil else {
            position = start
            throw mistake("the code that begins here does not end")
        }
        position += 1
        return .code(text)
    }

    private mutating func heading(_ line: Substring) throws(HelpText.Mistake) -> HelpBlock {
        let level = line.prefix { $0 == "#" }.count
        let text = line.dropFirst(level)
        guard (2...3).contains(level), text.hasPrefix(" ") else {
            throw mistake("a heading within a page is “## …” or “### …”")
        }
        let spans = try spans(text.trimmed)
        position += 1
        return .heading(level: level, id: Self.anchor(spans.map(\.text).joined()), spans)
    }

    /// The name of a heading in addresses: small letters and digits, joined by hyphens.
    static func anchor(_ text: String) -> String {
        text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            .joined(separator: "-")
    }

    private mutating func paragraph() -> String {
        var text: [String] = []
        while let line, !line.trimmed.isEmpty, text.isEmpty || !Self.beginsBlock(line) {
            text.append(line.trimmed)
            position += 1
        }
        return text.joined(separator: " ")
    }

    private static func beginsBlock(_ line: Substring) -> Bool {
        line.hasPrefix("#") || line.hasPrefix("|") || line.hasPrefix("```") || item(line) != nil
    }

    /// What follows the mark of a list's item.
    private static func item(_ line: Substring) -> (isOrdered: Bool, text: Substring)? {
        if line.hasPrefix("- ") { return (false, line.dropFirst(2)) }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        let rest = line.dropFirst(digits.count)
        return !digits.isEmpty && rest.hasPrefix(". ") ? (true, rest.dropFirst(2)) : nil
    }

    private mutating func list(_ isOrdered: Bool) throws(HelpText.Mistake) -> HelpBlock {
        var items: [[HelpSpan]] = []
        while let item = line.flatMap(Self.item), item.isOrdered == isOrdered {
            position += 1
            var text = item.text.trimmed
            // What is indented goes on with the item.
            while let line, line.hasPrefix("  "), !line.trimmed.isEmpty {
                text += " " + line.trimmed
                position += 1
            }
            items.append(try spans(text))
        }
        return .list(isOrdered: isOrdered, items)
    }

    private mutating func table() throws(HelpText.Mistake) -> HelpBlock {
        var rows: [[[HelpSpan]]] = []
        while let line, line.hasPrefix("|") {
            let cells = Self.cells(line)
            let isRule = cells.allSatisfy { !$0.isEmpty && $0.allSatisfy { "-: ".contains($0) } }
            guard isRule == (rows.count == 1) || rows.count > 1 && !isRule else {
                throw mistake("the second line of a table is “|---|---|”")
            }
            guard cells.count == rows.first?.count ?? cells.count else {
                throw mistake("this row of the table has \(cells.count) cells")
            }
            var row: [[HelpSpan]] = []
            for cell in cells { row.append(try spans(cell)) }
            rows.append(row)
            position += 1
        }
        guard rows.count > 1 else { throw mistake("a table has a second line “|---|---|”") }
        return .table(head: rows[0], rows: Array(rows.dropFirst(2)))
    }

    /// The cells of a row. A bar within code is written `\|`.
    private static func cells(_ line: Substring) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isEscaped = false
        for character in line.dropFirst() {
            if isEscaped || (character != "|" && character != "\\") {
                if isEscaped, character != "|" { cell.append("\\") }
                cell.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                cells.append(cell.trimmed)
                cell = ""
            }
        }
        return cell.trimmed.isEmpty ? cells : cells + [cell.trimmed]
    }

    // MARK: Within a line

    private func spans(_ text: String) throws(HelpText.Mistake) -> [HelpSpan] {
        var spans: [HelpSpan] = []
        var plain = ""
        var rest = Substring(text)
        let marks = [("`", HelpSpan.Kind.code), ("**", .strong)]
        while let character = rest.first {
            if let (mark, kind) = marks.first(where: { rest.hasPrefix($0.0) }) {
                let (inside, behind) = rest.dropFirst(mark.count).parted(by: mark)
                guard let behind else { throw mistake("“\(mark)” has no second one") }
                spans += Self.plain(&plain) + [HelpSpan(kind, String(inside))]
                rest = behind
            } else if character == "[", let (link, behind) = Self.link(rest) {
                guard link.isOurs else {
                    throw mistake("“\(link.target)” leads out of the help, and not by https")
                }
                spans += Self.plain(&plain) + [HelpSpan(.link(link.target), link.label)]
                rest = behind
            } else {
                plain.append(character)
                rest.removeFirst()
            }
        }
        return spans + Self.plain(&plain)
    }

    private static func plain(_ text: inout String) -> [HelpSpan] {
        defer { text = "" }
        return text.isEmpty ? [] : [HelpSpan(.plain, text)]
    }

    /// `[label](target)` at the beginning, and what follows it.
    private static func link(_ text: Substring) -> (HelpLink, Substring)? {
        let (label, behind) = text.dropFirst().parted(by: "](")
        guard let behind, !label.contains("]") else { return nil }
        let (target, rest) = behind.parted(by: ")")
        return rest.map { (HelpLink(String(target), String(label)), $0) }
    }
}

extension HelpLink {
    /// Whether it is a page of this daemon, or a place of the web that cannot be a script.
    fileprivate var isOurs: Bool {
        (target.hasPrefix("/") && !target.hasPrefix("//")) || target.hasPrefix("https://")
            || target.hasPrefix("#")
    }
}

extension Substring {
    /// What stands before the first `mark` and behind it; nil where there is none.
    fileprivate func parted(by mark: String) -> (Substring, Substring?) {
        guard let range = firstRange(of: mark) else { return (self, nil) }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
