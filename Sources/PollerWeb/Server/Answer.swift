import Foundation
import HTTPTypes
import Hummingbird
import PollerModel

/// Answers that lead elsewhere.
enum Answer {
    /// The page that shows what became of a form (RFC 9110 §15.4.4).
    ///
    /// - Parameters:
    ///   - path: of ours, with its query.
    ///   - notice: a sentence that page shows once, at most `longestNotice` scalars.
    static func seeOther(_ path: String, notice: String? = nil) -> Response {
        var response = Response(status: .seeOther, headers: [.location: path])
        if let notice, let field = noticeField {
            let short = String(notice.unicodeScalars.prefix(longestNotice).map(Character.init))
            response.headers[field] = Query.escaped(short)
        }
        return response
    }

    static let longestNotice = 300
    /// On its way to `AccessMiddleware`, which keeps it for the session; it never leaves us.
    private static let noticeField = HTTPField.Name("X-Pollerd-Notice")

    static func takeNotice(from response: inout Response) -> String? {
        guard let field = noticeField, let text = response.headers[field] else { return nil }
        response.headers[field] = nil
        return text.removingPercentEncoding
    }

    /// Where somebody wanted to go before he had to log in: a path of ours, never another site.
    static func safePath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.count <= AddressMiddleware.longestBytes,
            text.unicodeScalars.allSatisfy({ (0x21...0x7e).contains($0.value) && $0 != "\\" }),
            !text.hasPrefix("/login"), !text.hasPrefix("/setup"), !text.hasPrefix("/logout")
        else { return "/" }
        return text
    }
}
