import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that goes on as `text/event-stream`
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum ServerSentEvents {
    static let contentType = "text/event-stream"

    static func response(_ body: ResponseBody) -> Response {
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: "no-store"]
        // nginx keeps answers back until it has some kilobytes of them, unless it is told not to.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// One event; JSON of ours has no line break in it.
    ///
    /// - Parameter name: of letters and underscores.
    static func event(_ name: String, _ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(try JSONAnswer.encoder().encode(value))
        buffer.writeString("\n\n")
        return buffer
    }
}
