import CDeflate
import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// Makes answers of text smaller on their way to whoever takes that (RFC 9110 §8.4). Pictures are
/// compressed already, and what goes on while it is sent is never held back.
enum Compression {
    /// What fits into one packet gains nothing.
    static let smallestBytes = 1_024
    /// What is larger is a file of numbers that a program fetches from near by.
    static let largestBytes = 8 << 20
    /// Of nine; beyond it, a page takes twice the time to become a twentieth smaller.
    private static let level: Int32 = 4
    private static let levelAtStart: Int32 = 9

    private static let types: Set<Substring> = [
        "text/html", "text/css", "text/javascript", "text/csv", "text/plain", "application/json",
        "application/problem+json", "image/svg+xml",
    ]

    private static func isText(_ contentType: String?) -> Bool {
        contentType.flatMap { $0.split(separator: ";").first }.map { types.contains($0) } ?? false
    }

    /// Whether a client takes gzip: it must say so, and must not rule it out.
    static func isTaken(by request: Request) -> Bool {
        request.headers[values: .acceptEncoding].contains { field in
            field.split(separator: ",").contains { entry in
                let parts = entry.lowercased().split(separator: ";").map { $0.trimmed }
                let isGzip = parts.first == "gzip" || parts.first == "*"
                let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
                return isGzip && quality.flatMap { Double($0.dropFirst(2)) } != 0
            }
        }
    }

    static func apply(to response: inout Response, for request: Request) async throws {
        if response.status == .notModified { return keepTag(of: &response, for: request) }
        guard isText(response.headers[.contentType]) else { return }
        response.headers[.vary] = "Accept-Encoding"
        guard response.headers[.contentEncoding] == nil, isTaken(by: request) else { return }
        guard request.method != .head else {
            // As long as what is not sent would be, which nobody has worked out.
            response.headers[.contentLength] = nil
            return
        }
        guard let length = response.body.contentLength,
            (smallestBytes...largestBytes).contains(length),
            let small = gzip(try await response.body.bytes(), level: level), small.count < length
        else { return }
        response.body = .init(byteBuffer: ByteBuffer(bytes: small))
        response.headers[.contentEncoding] = "gzip"
        // The same content in other bytes: a strong tag would be a lie (RFC 9110 §8.8.1).
        if let tag = response.headers[.eTag], !tag.hasPrefix("W/") {
            response.headers[.eTag] = "W/\(tag)"
        }
    }

    /// The tag that the answer would have had (RFC 9110 §15.4.5).
    private static func keepTag(of response: inout Response, for request: Request) {
        guard !request.uri.path.hasSuffix(".png") else { return }
        response.headers[.vary] = "Accept-Encoding"
        guard let tag = response.headers[.eTag],
            request.headers[.ifNoneMatch]?.contains("W/\(tag)") == true
        else { return }
        response.headers[.eTag] = "W/\(tag)"
    }

    /// A file that is sent again and again, as small as can be; nil where that is not smaller.
    static func file(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= smallestBytes, let small = gzip(bytes, level: levelAtStart),
            small.count < bytes.count
        else { return nil }
        return small
    }

    static func gzip(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        let small = [UInt8](unsafeUninitializedCapacity: cdeflate_largest(bytes.count)) {
            $1 = cdeflate_gzip(bytes, bytes.count, $0.baseAddress, $0.count, level)
        }
        return small.isEmpty ? nil : small
    }
}
