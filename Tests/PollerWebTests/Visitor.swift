import Foundation
import HTTPTypes
import PollerModel
import Testing

@testable import PollerWeb

/// A browser that keeps its cookie, sends forms as our pages make them, and does not follow
/// redirects by itself.
final class Visitor {
    let fixture: WebFixture
    private(set) var cookie: String?
    private(set) var csrf = ""

    init(_ fixture: WebFixture) { self.fixture = fixture }

    func get(_ path: String, accept: String = "text/html") async throws -> WebFixture.Answer {
        remember(
            try await fixture.send(.get, path, headers: headers + [(.accept, accept)], body: ""))
    }

    /// - Parameter csrf: nil sends what the last page said.
    func post(
        _ path: String, _ fields: [(String, String)] = [], csrf: String? = nil,
        headers more: [(HTTPField.Name, String)] = []
    ) async throws -> WebFixture.Answer {
        let all = fields + [("csrf", csrf ?? self.csrf)]
        let body = all.map { "\($0.0)=\(Query.escaped($0.1))" }.joined(separator: "&")
        return remember(
            try await fixture.send(
                .post, path,
                headers: headers + more + [
                    (.accept, "text/html"),
                    (.contentType, "application/x-www-form-urlencoded"),
                ], body: body))
    }

    private var headers: [(HTTPField.Name, String)] { cookie.map { [(.cookie, $0)] } ?? [] }

    private func remember(_ answer: WebFixture.Answer) -> WebFixture.Answer {
        if let set = answer.headers[.setCookie], let pair = set.split(separator: ";").first {
            cookie = set.contains("Max-Age=0") ? nil : String(pair)
        }
        let mark = "<meta name=\"csrf\" content=\""
        if let start = answer.body.range(of: mark) {
            csrf = String(answer.body[start.upperBound...].prefix { $0 != "\"" })
        }
        return answer
    }

    /// Makes an account, logs in to it, and loads a page.
    @discardableResult
    func logIn(
        _ name: String = "ann", role: Role = .administrator, scope: AccessScope = .everything,
        mustChange: Bool = false
    ) async throws -> Account {
        let account = try await fixture.accountDesk.add(
            AccountName(name), role: role, scope: scope, password: Secret(Self.password),
            mustChange: mustChange)
        let answer = try await post("/login", [("name", name), ("password", Self.password)])
        #expect(answer.status == 303)
        _ = try await get("/account")
        return account
    }

    static let password = "correct horse battery"
}
