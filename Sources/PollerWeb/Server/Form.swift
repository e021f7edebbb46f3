import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// The fields of a form that was sent (application/x-www-form-urlencoded). A field that stands
/// twice is read with `texts(_:)` only.
struct Form: Sendable {
    /// Fields of one form; an editor with forty lines has some hundreds.
    static let largestCount = 2_000
    static let contentType = "application/x-www-form-urlencoded"

    private let values: [String: [String]]

    /// Reads the body, at most `WebContext.largestBody` of it.
    init(_ request: Request) async throws {
        guard Self.isForm(request) else {
            throw WebProblem(
                .unsupportedMediaType, "this address takes a form (\(Self.contentType))",
                code: "no_form")
        }
        try self.init(body: try await Self.body(of: request))
    }

    init(body: ByteBuffer) throws(WebProblem) {
        let text = String(decoding: body.readableBytesView, as: UTF8.self)
        var values: [String: [String]] = [:]
        let pairs = text.split(separator: "&")
        guard pairs.count <= Self.largestCount else {
            throw .badRequest("the form has more than \(Self.largestCount) fields")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Query.decoded(parts[0]),
                let value = Query.decoded(parts.count > 1 ? parts[1] : "")
            else { throw .badRequest("the form is not percent-encoded UTF-8") }
            values[key, default: []].append(value)
        }
        self.values = values
    }

    static func isForm(_ request: Request) -> Bool {
        request.headers[.contentType]?.lowercased().hasPrefix(contentType) == true
    }

    static func body(of request: Request) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: WebContext.largestBody)
        } catch is NIOTooManyBytesError {
            throw WebProblem(
                .contentTooLarge, "the body is larger than \(WebContext.largestBody) bytes",
                code: "body_too_large")
        }
    }

    /// nil when it is absent or empty, as an untouched field is; without the white space around it.
    func text(_ key: String) throws(WebProblem) -> String? {
        guard let text = try raw(key) else { return nil }
        let bare = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return bare.isEmpty ? nil : bare
    }

    /// As it was typed, white space and all: for passwords.
    func raw(_ key: String) throws(WebProblem) -> String? {
        guard let all = values[key] else { return nil }
        guard all.count == 1 else {
            throw .badRequest("the field “\(DeviceText(key).text)” stands twice in the form")
        }
        return all[0]
    }

    /// All that were given under this name, without empty ones.
    func texts(_ key: String) -> [String] {
        (values[key] ?? []).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty }
    }

    func integer(_ key: String) throws(WebProblem) -> Int? {
        guard let text = try text(key) else { return nil }
        guard let number = Int(text) else {
            throw .badRequest("“\(key)” must be a whole number, not “\(DeviceText(text).text)”")
        }
        return number
    }

    /// Whether a box was ticked.
    func flag(_ key: String) -> Bool {
        values[key].map { $0.contains { !$0.isEmpty && $0 != "0" } } ?? false
    }

    /// Everything, for pages that show a form again as it was sent; passwords are the page's care.
    var fields: [String: [String]] { values }
}
