import HTTPTypes

/// Header fields of every answer, errors among them: nothing foreign is loaded, framed or guessed.
enum SecurityHeaders {
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        "require-trusted-types-for 'script'", "trusted-types default",
    ].joined(separator: "; ")

    static let fields = named([
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ])

    /// A year of TLS only, once somebody came by it (RFC 6797).
    private static let transport = named([("Strict-Transport-Security", "max-age=31536000")])

    // A picture that is opened by itself may do nothing, not even where it is an SVG.
    private static let sharedPolicy = [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src 'self' data:",
        "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'", "sandbox",
    ].joined(separator: "; ")

    /// What is shared may be shown by pages of other sites, and tells nobody where its link was
    /// found.
    private static let sharedFields = named([
        ("Content-Security-Policy", sharedPolicy), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "cross-origin"), ("X-Robots-Tag", "noindex"),
    ])

    private static func named(_ fields: [(String, String)]) -> [(HTTPField.Name, String)] {
        fields.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
    }

    /// - Parameters:
    ///   - isSecure: whether people reach us through TLS.
    ///   - isShared: whether the answer is of a share link.
    static func add(to headers: inout HTTPFields, isSecure: Bool, isShared: Bool = false) {
        for (name, value) in fields { headers[name] = value }
        if isSecure { for (name, value) in transport { headers[name] = value } }
        if isShared { for (name, value) in sharedFields { headers[name] = value } }
    }
}
