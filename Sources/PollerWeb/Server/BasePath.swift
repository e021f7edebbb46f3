/// A path that stands in front of all of ours as browsers see them, because a proxy has other
/// things beside us.
///
/// Routes, pages and redirects name paths from our own root; what leaves us gets the rest in front
/// here and nowhere else. So no page can forget it.
package struct BasePath: Sendable {
    /// Empty, or begins with a slash and does not end in one.
    let text: String

    package init(_ text: String) { self.text = text }

    var isEmpty: Bool { text.isEmpty }

    /// Our own path of a request. It comes without the part in front from a proxy that takes it
    /// away.
    func inside(_ path: String) -> String {
        guard !isEmpty, path.hasPrefix(text) else { return path }
        let rest = path.dropFirst(text.count)
        switch rest.first {
        case "/": return String(rest)
        case nil, "?": return "/" + rest
        default: return path
        }
    }

    /// A path of ours as browsers see it; what is none stays as it is.
    func outside(_ path: String) -> String {
        path.hasPrefix("/") && !path.hasPrefix("//") ? text + path : path
    }

    /// Of which a browser loads or sends something; and `data-…`, which our scripts read.
    private static let attributes = ["href", "src", "action", "formaction", "srcset"]

    private static let (slash, quote, equals) = (
        UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "=")
    )

    /// A page of ours with every path in it as browsers see it. Texts of a page never look like
    /// attributes to this: Mustache turns their quotes into entities.
    func outside(page bytes: [UInt8]) -> [UInt8] {
        guard !isEmpty else { return bytes }
        let base = Array(text.utf8)
        var page: [UInt8] = []
        page.reserveCapacity(bytes.count + bytes.count / 8)
        var copied = 0
        var index = 0
        while let found = Self.next(in: bytes, from: index) {
            index = found + 3
            guard let name = Self.attribute(in: bytes, before: found) else { continue }
            var places = [found + 2]
            if name == "srcset" { places += Self.candidates(in: bytes, from: found + 2) }
            for place in places where !(place + 1 < bytes.count && bytes[place + 1] == Self.slash) {
                page += bytes[copied..<place]
                page += base
                copied = place
            }
        }
        return page + bytes[copied...]
    }

    /// Where `="/` stands next.
    private static func next(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 2 < bytes.count {
            if bytes[index] == equals, bytes[index + 1] == quote, bytes[index + 2] == slash {
                return index
            }
            index += 1
        }
        return nil
    }

    private static func attribute(in bytes: [UInt8], before end: Int) -> String? {
        let start = bytes[..<end].lastIndex { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 }
        guard let start, end - start <= 40 else { return nil }
        let name = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
        return attributes.contains(name) || name.hasPrefix("data-") ? name : nil
    }

    /// The other pictures of a `srcset`, behind a comma and a space.
    private static func candidates(in bytes: [UInt8], from start: Int) -> [Int] {
        let end = bytes[start...].firstIndex(of: quote) ?? bytes.count
        return (start..<end).filter {
            bytes[$0] == slash && bytes[$0 - 1] == 0x20 && bytes[$0 - 2] == UInt8(ascii: ",")
        }
    }
}
