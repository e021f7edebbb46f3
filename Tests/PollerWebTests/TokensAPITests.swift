import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Tokens of programs.
@Suite struct TokensAPITests {
    private func make(
        _ fixture: WebFixture, user: String = "ann", role: String = "viewer",
        expires: String = "30d"
    ) async throws -> MadeTokenReport {
        let answer = try await fixture.admin(
            .post, "/api/v1/tokens",
            body:
                #"{"user":"\#(user)","label":"ci","role":"\#(role)","expires":"\#(expires)"}"#)
        #expect(answer.status == 201, "\(answer.body)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(MadeTokenReport.self, from: Data(answer.bytes))
    }

    private func ask(
        _ fixture: WebFixture, _ method: HTTPRequest.Method, _ path: String, _ token: String,
        body: String = ""
    ) async throws -> WebFixture.Answer {
        try await fixture.send(
            method, path, headers: [(.authorization, "Bearer \(token)")], body: body)
    }

    @Test func `a program acts with a token, without a cookie and a form's text`() async throws {
        let fixture = try WebFixture(devices: 2, guestsMayLook: false)
        try await Visitor(fixture).logIn(role: .operator, scope: .parts([.site("sw1-1")]))
        let made = try await make(fixture, role: "operator")
        #expect(made.secret.hasPrefix("plr_t_") && made.secret.count == 49)
        #expect(try await ask(fixture, .get, "/api/v1/devices/1", made.secret).status == 200)
        // The scope is that of the account.
        #expect(try await ask(fixture, .get, "/api/v1/devices/2", made.secret).status == 404)
        #expect(try await ask(fixture, .post, "/api/v1/devices/1/poll", made.secret).status == 200)
        let entry = try #require(fixture.audit.entries.last)
        #expect(entry.actor == "ann (token ci)")
        let page = try await fixture.admin(.get, "/api/v1/tokens")
        #expect(!page.body.contains(made.secret) && page.body.contains("\"last_used_at\":\"20"))
        #expect(!"\(fixture.audit.entries)".contains(made.secret.dropFirst(6)))
    }

    @Test func `a token may do what its role says, and never more than its account`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn("root", role: .administrator)
        let account = try await Visitor(fixture).logIn(role: .operator)
        let viewing = try await make(fixture)
        let refused = try await ask(fixture, .post, "/api/v1/devices/1/poll", viewing.secret)
        #expect(refused.status == 403 && refused.body.contains("takes the role operator"))
        let operating = try await make(fixture, role: "operator")
        let path = "/api/v1/devices/1/poll"
        #expect(try await ask(fixture, .post, path, operating.secret).status == 200)
        _ = try await fixture.accountDesk.change(account.id, to: AccountChange(role: .viewer))
        #expect(try await ask(fixture, .post, path, operating.secret).status == 403)
        _ = try await fixture.accountDesk.change(account.id, to: AccountChange(isDisabled: true))
        #expect(try await ask(fixture, .get, "/api/v1/devices", operating.secret).status == 401)
        let tooMuch = try await fixture.admin(
            .post, "/api/v1/tokens",
            body: #"{"user":"ann","label":"x","role":"administrator"}"#)
        #expect(tooMuch.status == 403 && tooMuch.body.contains("at most the role viewer"))
    }

    @Test func `a token ends when it expires and when it is revoked`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn()
        let short = try await make(fixture, expires: "60m")
        let lasting = try await make(fixture, expires: "never")
        fixture.clock.advance(milliseconds: 3_599_000)
        #expect(try await ask(fixture, .get, "/api/v1/devices", short.secret).status == 200)
        fixture.clock.advance(milliseconds: 1_000)
        let late = try await ask(fixture, .get, "/api/v1/devices", short.secret)
        #expect(late.status == 401 && late.body.contains("expired at"))
        fixture.clock.advance(milliseconds: 400 * 86_400_000)
        #expect(try await ask(fixture, .get, "/api/v1/devices", lasting.secret).status == 200)
        let path = "/api/v1/tokens/\(lasting.token.id)"
        #expect(try await fixture.admin(.delete, path).status == 204)
        let gone = try await ask(fixture, .get, "/api/v1/devices", lasting.secret)
        #expect(gone.status == 401 && gone.body.contains("was revoked"))
        #expect(try await fixture.admin(.delete, path).status == 404)
    }

    @Test func `wrong tokens are slowed down, right ones and log-ins are not`() async throws {
        let fixture = try WebFixture(guestsMayLook: true)
        try await Visitor(fixture).logIn()
        let made = try await make(fixture)
        for index in 1...20 {
            let wrong = try await ask(fixture, .get, "/api/v1/devices", "plr_t_wrong\(index)")
            #expect(wrong.status == 401, "\(index)")
        }
        let locked = try await ask(fixture, .get, "/api/v1/devices", "plr_t_wrong")
        #expect(locked.status == 429 && locked.headers[.retryAfter] == "2")
        #expect(try await ask(fixture, .get, "/api/v1/devices", made.secret).status == 200)
        try await Visitor(fixture).logIn("bob")
        for text in ["x", "plr_s_x", String(repeating: "x", count: 9_000)] {
            #expect(try await ask(fixture, .get, "/", text).status >= 400, "\(text.prefix(9))")
        }
    }

    @Test func `a token in an address is nothing`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn()
        let made = try await make(fixture)
        for path in [
            "/api/v1/devices?token=\(made.secret)", "/api/v1/devices?access_token=\(made.secret)",
        ] {
            let answer = try await fixture.send(.get, path, headers: [], body: "")
            #expect(answer.status == 401)
        }
    }

    @Test func `people see and revoke their own tokens, administrators everybody's`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let (ann, bob) = (Visitor(fixture), Visitor(fixture))
        try await ann.logIn()
        try await bob.logIn("bob", role: .viewer)
        let own = try await bob.post(
            "/account/tokens", [("label", "script"), ("role", "viewer"), ("expires", "7d")])
        #expect(own.status == 201 && own.body.contains("plr_t_"), "\(own.body)")
        #expect(try await !bob.get("/account").body.contains("plr_t_A"))
        let more = try await bob.post(
            "/account/tokens", [("label", "x"), ("role", "operator"), ("expires", "7d")])
        #expect(more.status == 403 && more.body.contains("at most the role viewer"))
        let unnamed = try await bob.post("/account/tokens", [("role", "viewer")])
        #expect(unnamed.status == 400 && unnamed.body.contains("has a label"))
        _ = try await ann.post("/account/tokens", [("label", "of ann"), ("role", "viewer")])
        let list = try await bob.get("/api/v1/tokens", accept: "application/json")
        #expect(list.body.contains("script") && !list.body.contains("of ann"))
        #expect(try await bob.post("/account/tokens/2/revoke").status == 404)
        let all = try await ann.get("/admin/tokens")
        #expect(all.body.contains("script") && all.body.contains("of ann"))
        #expect(try await ann.post("/admin/tokens/1/revoke").status == 303)
        #expect(try await bob.get("/account").body.contains("There are no tokens."))
    }

    @Test func `a token makes no accounts, passwords and setup links`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let account = try await Visitor(fixture).logIn()
        let made = try await make(fixture, role: "administrator")
        for (path, body, words) in [
            ("/api/v1/users", #"{"name":"bob","role":"viewer"}"#, "makes no accounts"),
            ("/api/v1/users/\(account.id)/password", "{}", "gives nobody a password"),
            ("/api/v1/setup-links", "", "makes no setup links"),
        ] {
            let answer = try await ask(fixture, .post, path, made.secret, body: body)
            #expect(answer.status == 403 && answer.body.contains(words), "\(answer.body)")
        }
        for (path, body, words) in [
            ("/admin/users", "name=bob&role=viewer", "makes no accounts"),
            ("/admin/users/\(account.id)/password", "password=", "gives nobody a password"),
        ] {
            let answer = try await fixture.send(
                .post, path,
                headers: [
                    (.authorization, "Bearer \(made.secret)"), (.contentType, Form.contentType),
                    (.accept, "text/html"),
                ], body: body)
            #expect(answer.status == 403 && answer.body.contains(words), "\(answer.body)")
        }
        let factor = try await ask(
            fixture, .delete, "/api/v1/users/\(account.id)/second-factor", made.secret)
        #expect(factor.status == 403 && factor.body.contains("takes away no second factor"))
        #expect(try await fixture.accounts.accounts().map(\.id) == [account.id])
        #expect(try await ask(fixture, .get, "/api/v1/users", made.secret).status == 200)
    }

    @Test func `a token gives an account no more than it has, and may give it less`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn()
        let bob = try await Visitor(fixture).logIn(
            "bob", role: .operator, scope: .parts([.site("berlin"), .tag("core")]))
        let made = try await make(fixture, role: "administrator")
        let path = "/api/v1/users/\(bob.id)"
        for (body, words) in [
            (#"{"role":"administrator"}"#, "gives nobody a higher role"),
            (#"{"scope":["site:berlin","site:paris"]}"#, "widens no scope"),
            (#"{"scope":[]}"#, "widens no scope"),
        ] {
            let answer = try await ask(fixture, .patch, path, made.secret, body: body)
            #expect(answer.status == 403 && answer.body.contains(words), "\(answer.body)")
        }
        for body in [
            #"{"role":"viewer"}"#, #"{"scope":["tag:core"]}"#, #"{"disabled":true}"#,
        ] {
            let answer = try await ask(fixture, .patch, path, made.secret, body: body)
            #expect(answer.status == 200, "\(answer.body)")
        }
        let enabled = try await ask(
            fixture, .patch, path, made.secret, body: #"{"disabled":false}"#)
        #expect(enabled.status == 403 && enabled.body.contains("enables no account"))
        let kept = try await fixture.accounts.account(bob.id)
        #expect(kept?.role == .viewer && kept?.isDisabled == true)
        #expect(kept?.scope == .parts([.tag("core")]))
    }

    @Test func `a token makes no tokens`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn()
        let made = try await make(fixture, role: "administrator")
        let answer = try await ask(
            fixture, .post, "/api/v1/tokens", made.secret, body: #"{"label":"x"}"#)
        #expect(answer.status == 403 && answer.body.contains("makes no tokens"))
        #expect(try await ask(fixture, .post, "/account/tokens", made.secret).status == 403)
    }
}
