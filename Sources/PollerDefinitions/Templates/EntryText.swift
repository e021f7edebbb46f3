/// The text of an entry, in which names are replaced and nothing else is touched.
struct EntryText {
    let entry: CatalogueEntry

    init(_ entry: CatalogueEntry) { self.entry = entry }

    /// - Parameter rename: what a reference is called from now on; nil leaves it.
    func renamed(
        to name: String, _ rename: (CatalogueEntry.Reference) -> String?
    ) -> String {
        var edits = [(place: entry.namePlace, old: entry.name, new: name)]
        for reference in entry.references {
            if let new = rename(reference) { edits.append((reference.place, reference.name, new)) }
        }
        var lines = entry.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Array($0.unicodeScalars) }
        // From the end, so that places before an edit stay where they are.
        for edit in edits.sorted(by: {
            ($0.place.line, $0.place.column) > ($1.place.line, $1.place.column)
        }) {
            replace(edit.old, at: edit.place, with: edit.new, in: &lines)
        }
        let text = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
        return text.trimmedOfBlankLines + "\n"
    }

    /// Names are of letters, digits and `_`, so they stand as they are, or between quotes. A name
    /// that is written in another way (with escapes) is left alone, and the check of the copy
    /// says so.
    private func replace(
        _ old: String, at place: CatalogueEntry.Place, with new: String,
        in lines: inout [[Unicode.Scalar]]
    ) {
        guard lines.indices.contains(place.line - 1) else { return }
        var line = lines[place.line - 1]
        var begin = place.column - 1
        if line.indices.contains(begin), line[begin] == "\"" || line[begin] == "'" { begin += 1 }
        let name = Array(old.unicodeScalars)
        guard begin + name.count <= line.count,
            Array(line[begin..<begin + name.count]) == name
        else { return }
        line.replaceSubrange(begin..<begin + name.count, with: Array(new.unicodeScalars))
        lines[place.line - 1] = line
    }
}

extension String {
    /// Without empty lines at either end.
    fileprivate var trimmedOfBlankLines: String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
        guard let first = lines.firstIndex(where: { !isBlank($0) }),
            let last = lines.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return lines[first...last].joined(separator: "\n")
    }
}
