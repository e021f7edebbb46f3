import HTTPTypes
import Hummingbird
import PollerModel

/// The cookie that holds a session's token.
enum SessionCookie {
    static let name = "pollerd_session"

    static func token(in request: Request) -> String? { value(of: name, in: request) }

    static func value(of name: String, in request: Request) -> String? {
        // By the header, not by a parsed jar: the first of two cookies of one name is ours, for it
        // has the longer path.
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.trimmingPrefix(while: \.isWhitespace).split(
                    separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    /// - Parameter isSecure: whether browsers reach the pages through TLS; then they send the
    ///   cookie on no other way.
    static func set(_ token: String, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(Session.longestSeconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    static func cleared(isSecure: Bool) -> String {
        "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}

/// The cookie of somebody whose password was right, until he has given a code.
enum CodeCookie {
    static let name = "pollerd_login"
    /// Browsers send it to no other page.
    static let path = "/login"

    static func token(in request: Request) -> String? {
        SessionCookie.value(of: name, in: request)
    }

    static func set(_ token: String, isSecure: Bool) -> String {
        "\(name)=\(token); Path=\(path); Max-Age=\(PendingCodes.loginSeconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }
}
