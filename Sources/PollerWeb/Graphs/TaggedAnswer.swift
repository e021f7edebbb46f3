import HTTPTypes
import Hummingbird
import NIOCore

/// Something that is sent only to who does not have it already.
struct TaggedAnswer {
    let bytes: [UInt8]
    let contentType: String
    /// A strong entity tag (RFC 9110, 8.8.3).
    let tag: String
    /// What else the answer has in front, also where nothing is sent.
    var headers = HTTPFields()

    func response(to request: Request) -> Response {
        var headers = headers
        headers[.eTag] = tag
        // Asked again each time, so that a new sample shows at once; answered 304 until then.
        headers[.cacheControl] = "private, no-cache"
        if let field = request.headers[.ifNoneMatch], EntityTag.isMatched(tag, by: field) {
            var answer = Response(status: .notModified, headers: headers)
            // Of an answer without a body it would be the length of what was asked for
            // (RFC 9110, 8.6).
            answer.headers[.contentLength] = nil
            return answer
        }
        headers[.contentType] = contentType
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension TaggedAnswer {
    init(_ bytes: [UInt8], contentType: String) {
        self.init(
            bytes: bytes, contentType: contentType, tag: "\"\(ContentHash.text(bytes))\"")
    }
}
