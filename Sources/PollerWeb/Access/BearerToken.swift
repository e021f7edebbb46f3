import Foundation
import HTTPTypes
import Hummingbird

/// The token of a program (RFC 6750 §2.1). Only in the header: addresses end up in logs.
enum BearerToken {
    /// nil where there is no such header, or one of another kind, which is a proxy's affair.
    static func text(in request: Request) -> String? {
        guard let field = request.headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1]).trimmingCharacters(in: .whitespaces)
    }
}
