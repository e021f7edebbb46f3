import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// Answers in JSON: keys in snake_case, in a stable order.
enum JSONAnswer {
    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    static func ok(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        response(try encoder().encode(value), "application/json", status)
    }

    /// As it is sent, with the end of its line.
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        Array(try encoder().encode(value) + [0x0a])
    }

    /// The same of a value whose keys are named as they are sent; their order is the encoder's.
    static func asNamed(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return response(try encoder.encode(value), "application/json", .ok)
    }

    /// One object on a line of its own, for answers that go on.
    static func line(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try encoder().encode(value) + [0x0a])
    }

    static func problem(_ report: ProblemReport) -> Response {
        do {
            return response(
                try encoder().encode(report), "application/problem+json",
                .init(code: report.status))
        } catch {
            preconditionFailure("a report of texts and numbers always encodes: \(error)")
        }
    }

    private static func response(
        _ data: Data, _ type: String, _ status: HTTPResponse.Status
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(bytes: data + [0x0a])))
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, from request: Request
    ) async throws -> Value {
        let body = try await request.body.collect(upTo: WebContext.largestBody)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw WebProblem.badRequest("the body is not as expected: \(words(error))")
        }
    }

    /// A key as it is sent: `pingRetries` is `ping_retries`.
    static func snakeCase(_ key: String) -> String {
        key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    private static func words(_ error: DecodingError) -> String {
        let path = { (context: DecodingError.Context) in
            context.codingPath.map { snakeCase($0.stringValue) }.joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, _): "the key “\(snakeCase(key.stringValue))” is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "“\(path(context))” has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is not JSON" : "“\(path(context))”: \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }
}
