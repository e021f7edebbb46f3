/// A title with places to fill: `{device} - Traffic - {ifAlias|ifName|ifDescr|index}` takes the
/// first of the alternatives that is not empty.
package struct TitlePattern: Hashable, Sendable {
    package static let longest = 200

    private enum Part: Hashable, Sendable {
        case text(String)
        case choice([String])
    }

    package struct Mistake: Error, Hashable, Sendable {
        package let words: String
    }

    /// Names every pattern may use.
    package static let builtIn: Set<String> = [
        "device", "host", "index", "sysname", "location", "site",
    ]

    private let parts: [Part]
    package let text: String

    /// - Parameter fields: names that may stand in braces besides `builtIn`.
    package init(_ text: String, fields: Set<String>) throws(Mistake) {
        let count = text.unicodeScalars.count
        guard (1...Self.longest).contains(count) else {
            throw Mistake(words: "is \(count) characters long; 1 to \(Self.longest) fit")
        }
        let known = fields.union(Self.builtIn)
        var parts: [Part] = []
        var rest = try CactiVariables.translated(text)[...]
        while !rest.isEmpty {
            let (plain, braced) = rest.splitOnce(around: "{")
            if !plain.isEmpty { parts.append(.text(String(plain))) }
            guard let braced else { break }
            guard let close = braced.firstIndex(of: "}") else {
                throw Mistake(words: "has a { without its }")
            }
            let names = braced[..<close].split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmed }
            for name in names.filter({ !$0.isEmpty }) where !known.contains(name) {
                throw Mistake(
                    words: "names the field “\(name)”, which does not exist"
                        + Suggestion.phrase(for: name, among: known))
            }
            guard names != [""] else { throw Mistake(words: "has empty braces") }
            parts.append(.choice(names))
            rest = braced[braced.index(after: close)...]
        }
        self.parts = parts
        self.text = text
    }

    /// Fills the places in; a place without any value becomes `?`, so that no title is empty, but
    /// one that ends in an empty choice (`{vserver|}`) becomes nothing.
    package func filled(_ value: (String) -> String?) -> String {
        var title = ""
        for part in parts {
            switch part {
            case .text(let text): title += text
            case .choice(let names):
                let filled = names.lazy.filter { !$0.isEmpty }.compactMap(value)
                    .first { !$0.isEmpty }
                title += filled ?? (names.contains("") ? "" : "?")
            }
        }
        // Devices pad their texts.
        return title.trimmed.split(separator: " ").joined(separator: " ")
    }
}

/// Cacti's variables in titles, and what they are called here (Cacti manual, “Variables”).
private enum CactiVariables {
    private static let ofHost = [
        "host_description": "device", "host_hostname": "host",
        "host_snmp_sysName": "sysname", "host_snmp_sysLocation": "location",
        "host_location": "location", "host_site_name": "site",
    ]

    /// `|host_description|` becomes `{device}`, `|query_ifName|` becomes `{ifName}`. Bars that
    /// stand for nothing of Cacti's, and those in braces, are left alone.
    static func translated(_ text: String) throws(TitlePattern.Mistake) -> String {
        var result = ""
        var rest = text[...]
        var isBraced = false
        while let next = rest.first {
            if next == "{" || next == "}" { isBraced = next == "{" }
            let body = rest.dropFirst()
            guard next == "|", !isBraced, let end = body.firstIndex(of: "|"),
                let variable = try variable(String(body[..<end]))
            else {
                result.append(next)
                rest = body
                continue
            }
            result += "{\(variable)}"
            rest = body[body.index(after: end)...]
        }
        return result
    }

    /// nil for what is no variable.
    private static func variable(_ name: String) throws(TitlePattern.Mistake) -> String? {
        if name.hasPrefix("query_") { return String(name.dropFirst("query_".count)) }
        guard name.hasPrefix("host_") else { return nil }
        if let known = ofHost[name] { return known }
        throw TitlePattern.Mistake(
            words: "names |\(name)|, which is no part of a title here"
                + (name.hasPrefix("host_snmp_") ? ": titles never show how a device is asked" : "")
                + Suggestion.phrase(for: name, among: ofHost.keys))
    }
}
