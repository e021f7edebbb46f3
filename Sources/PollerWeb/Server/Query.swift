import Foundation
import Hummingbird
import PollerModel

/// The query of a request, decoded as forms encode it. A key that stands twice is refused: which
/// of the two was meant, nobody knows.
struct Query {
    static let largestCount = 50

    private let values: [String: String]

    init(_ request: Request) throws(WebProblem) {
        try self.init(text: request.uri.query ?? "")
    }

    /// - Parameter text: what stands behind the question mark of an address.
    init(text: String) throws(WebProblem) {
        var values: [String: String] = [:]
        let pairs = text.split(separator: "&")
        guard pairs.count <= Self.largestCount else {
            throw .badRequest("the address holds more than \(Self.largestCount) parameters")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Self.decoded(parts[0]),
                let value = Self.decoded(parts.count > 1 ? parts[1] : "")
            else { throw .badRequest("“\(pair)” in the address is not percent-encoded UTF-8") }
            guard values[key] == nil else {
                throw .badRequest("the parameter “\(key)” stands twice in the address")
            }
            values[key] = value
        }
        self.values = values
    }

    /// - Parameter parameters: decoded.
    init(parameters: [String: String]) { values = parameters }

    static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// All that are not empty.
    var parameters: [String: String] { values.filter { !$0.value.isEmpty } }

    /// All but what RFC 3986 §2.3 leaves alone, percent-encoded.
    static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            escaped +=
                isPlain || "-._~".contains(character)
                ? String(character) : "%" + Hexadecimal.text([byte])
        }
    }

    /// nil when it is absent or empty, as an untouched field of a form is.
    func text(_ key: String) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    func integer(_ key: String, default value: Int) throws(WebProblem) -> Int {
        guard let text = text(key) else { return value }
        guard let number = Int(text) else {
            throw .badRequest("“\(key)” must be a whole number, not “\(text)”")
        }
        return number
    }

    func flag(_ key: String, default value: Bool) throws(WebProblem) -> Bool {
        switch text(key) {
        case nil: return value
        case "1"?, "true"?: return true
        case "0"?, "false"?: return false
        case let text?: throw .badRequest("“\(key)” must be 0 or 1, not “\(text)”")
        }
    }
}
