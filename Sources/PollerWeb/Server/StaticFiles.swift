import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// Style sheets and scripts, read once at start and served under a name that holds a hash of
/// their content, so that browsers keep them for good and never keep an old one.
struct StaticFiles: Sendable {
    private struct File {
        let bytes: [UInt8]
        /// nil where that is not smaller.
        let compressed: [UInt8]?
        let contentType: String
    }

    private let files: [String: File]
    private let names: [String: String]

    private static let contentTypes = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    ]

    /// A folder or file that cannot be read.
    struct Unreadable: Error {
        let path: String
        let words: String
    }

    init(folder: String) throws(Unreadable) {
        var files: [String: File] = [:]
        var names: [String: String] = [:]
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
                guard let type = Self.contentTypes[String(name.split(separator: ".").last ?? "")]
                else { continue }
                let bytes = try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
                let hashed = "\(ContentHash.text(bytes))-\(name)"
                files[hashed] = File(
                    bytes: bytes, compressed: Compression.file(bytes), contentType: type)
                names[name] = "/static/\(hashed)"
            }
        } catch {
            throw Unreadable(path: folder, words: error.localizedDescription)
        }
        self.files = files
        self.names = names
    }

    /// Where a file of the folder is served; nil when there is no such file.
    func path(_ name: String) -> String? { names[name] }

    func response(_ hashed: String, to request: Request) throws(WebProblem) -> Response {
        guard let file = files[hashed] else { throw .notFound("file \(hashed)") }
        if let compressed = file.compressed, Compression.isTaken(by: request) {
            return Response(
                status: .ok,
                headers: [
                    .contentType: file.contentType, .contentEncoding: "gzip",
                    .cacheControl: "public, max-age=31536000, immutable",
                ], body: .init(byteBuffer: ByteBuffer(bytes: compressed)))
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: file.contentType,
                .cacheControl: "public, max-age=31536000, immutable",
            ], body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}

/// A hash that tells versions of a file apart; not a signature.
enum ContentHash {
    /// FNV-1a of 64 bits, in base 36.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(StableHash.fnv1a(bytes), radix: 36)
    }
}
