import Foundation
import PollerModel
import TestSupport
import Testing

/// A browser as far as cookies, forms and redirects go, asking a daemon over its real port.
final class PageVisitor {
    private let port: UInt16
    /// Of the pages' address, as long as the browser keeps them.
    private(set) var cookies: [String: String] = [:]
    var takesCookies = true
    private var csrf = ""

    init(_ daemon: Daemon) { port = daemon.port }

    struct Page {
        let status: Int
        let location: String?
        let body: String
        /// How often a redirect was followed on the way here.
        var redirects = 0
    }

    func get(_ path: String) async throws -> Page {
        try await ask("GET \(path) HTTP/1.1\r\n")
    }

    func post(_ path: String, _ fields: [(String, String)] = []) async throws -> Page {
        let body = (fields + [("csrf", csrf)]).map { "\(Self.escaped($0))=\(Self.escaped($1))" }
            .joined(separator: "&")
        return try await ask(
            "POST \(path) HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: \(body.utf8.count)\r\n", body: body)
    }

    /// Where a person ends up who goes somewhere.
    func open(_ path: String) async throws -> Page { try await follow(get(path)) }

    func send(_ path: String, _ fields: [(String, String)]) async throws -> Page {
        try await follow(post(path, fields))
    }

    func setCookie(_ name: String, _ value: String) { cookies[name] = value }

    private func follow(_ first: Page) async throws -> Page {
        var page = first
        var redirects = 0
        while let location = page.location, (300..<400).contains(page.status) {
            redirects += 1
            guard redirects <= 10 else { throw Unexpected("redirects without end: \(location)") }
            page = try await get(location)
        }
        page.redirects = redirects
        return page
    }

    private func ask(_ head: String, body: String = "") async throws -> Page {
        let client = try RawClient(port)
        let jar = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        client.send(
            head + "Host: 127.0.0.1:\(port)\r\nAccept: text/html\r\nConnection: close\r\n"
                + (jar.isEmpty ? "" : "Cookie: \(jar)\r\n") + "\r\n" + body)
        let answer = try await client.answer("an answer to \(head)", seconds: 60)
        remember(answer)
        return Page(
            status: answer.status, location: Self.field("location", answer).first,
            body: answer.body)
    }

    private static func field(_ name: String, _ answer: RawClient.Answer) -> [String] {
        answer.head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("\(name):") }
            .map { $0.dropFirst(name.count + 1).trimmed }
    }

    private func remember(_ answer: RawClient.Answer) {
        for field in Self.field("set-cookie", answer) where takesCookies {
            let pair = field.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
            // A browser neither keeps nor sends these without TLS.
            guard !field.contains("; Secure") else { continue }
            cookies[String(pair[0])] =
                field.contains("Max-Age=0") ? nil : pair.count > 1 ? String(pair[1]) : ""
        }
        let mark = "<meta name=\"csrf\" content=\""
        if let start = answer.body.range(of: mark) {
            csrf = String(answer.body[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    // MARK: The way in

    static let password = "correct horse battery"

    /// Makes the first administrator, as a person with the link does.
    func setUp(_ daemon: Daemon) async throws -> Page {
        let made = try await daemon.control(["setup"])
        guard made.status == 0, let range = made.output.range(of: "/setup?token=") else {
            throw Unexpected("\(made.output)\(made.errors)")
        }
        let path = made.output[range.lowerBound...].trimmed
        let form = try await get(path)
        guard form.status == 200 else { throw Unexpected(form.body) }
        return try await send(
            "/setup",
            [
                ("token", String(path.dropFirst("/setup?token=".count))), ("name", "ann"),
                ("password", Self.password), ("again", Self.password),
            ])
    }

    func logIn(to: String = "/") async throws -> Page {
        try await send(
            "/login", [("name", "ann"), ("password", Self.password), ("to", to)])
    }
}
