import HTTPTypes
import PollerModel
import PollerSecrets
import TestSupport
import Testing

@testable import PollerWeb

/// Codes of telephones, from the enrolment to the recovery.
@Suite struct SecondFactorTests {
    private let fixture: WebFixture

    init() throws { fixture = try WebFixture(guestsMayLook: false) }

    private func code(_ secret: SecretBytes, later: Int64 = 0) throws -> String {
        try OneTimeCode.text(
            of: secret, step: OneTimeCode.step(at: fixture.clock.now.wall) + later)
    }

    /// Sets a second factor up by the pages; the secret, and the recovery codes.
    private func enrol(
        _ visitor: Visitor, _ account: Account
    ) async throws -> (secret: SecretBytes, recovery: [String]) {
        let begun = try await visitor.post(
            "/account/second-factor/begin", [("password", Visitor.password)])
        #expect(begun.status == 303, "\(begun.body)")
        let page = try await visitor.get("/account/second-factor")
        #expect(page.body.contains("otpauth://totp/Pollerd:ann?secret="))
        #expect(page.body.contains("<svg") && page.body.contains("M4,4h1v1h-1z"))
        let session = try #require(try await fixture.accounts.sessions(of: account.id).first)
        let secret = try #require(fixture.accountDesk.codes.secret(for: session.id))
        let done = try await visitor.post(
            "/account/second-factor", [("code", try code(secret))])
        #expect(done.status == 200, "\(done.body)")
        let recovery = done.body.matches(of: /[a-z2-7]{4}(-[a-z2-7]{4}){3}/).map {
            String($0.output.0)
        }
        #expect(recovery.count == SecondFactor.recoveryCount)
        return (secret, recovery)
    }

    /// The password, up to the page of the code.
    private func passPassword() async throws -> CodeVisitor {
        let answer = try await Visitor(fixture).post(
            "/login", [("name", "ann"), ("password", Visitor.password), ("to", "/devices")])
        #expect(answer.status == 303 && answer.headers[.location] == "/login/code")
        let set = try #require(answer.headers[.setCookie])
        #expect(set.contains("HttpOnly") && set.contains("Path=/login;"))
        return CodeVisitor(fixture: fixture, cookie: String(set.prefix { $0 != ";" }))
    }

    private struct CodeVisitor {
        let fixture: WebFixture
        let cookie: String

        func send(_ code: String) async throws -> WebFixture.Answer {
            try await fixture.send(
                .post, "/login/code",
                headers: [
                    (.cookie, cookie), (.accept, "text/html"), (.contentType, Form.contentType),
                ], body: "code=\(Query.escaped(code))")
        }
    }

    @Test func `with a second factor a log-in takes the password and a code, each code once`()
        async throws
    {
        let visitor = Visitor(fixture)
        let (secret, _) = try await enrol(visitor, try await visitor.logIn())
        // The secret is shown no more.
        #expect(try await visitor.get("/account/second-factor").status == 303)
        #expect(try await visitor.get("/account").body.contains("10 recovery codes left"))
        // The code of the enrolment is used up.
        #expect(try await passPassword().send(try code(secret)).status == 401)
        fixture.clock.advance(milliseconds: 30_000)
        let first = try await passPassword()
        let page = try await fixture.send(
            .get, "/login/code", headers: [(.cookie, first.cookie), (.accept, "text/html")],
            body: "")
        #expect(page.status == 200 && page.body.contains("Code of your telephone for ann"))
        let typed = try code(secret)
        let spaced = "\(typed.prefix(3)) \(typed.suffix(3))"
        let welcome = try await first.send(spaced)
        #expect(welcome.status == 303)
        #expect(welcome.headers[.location] == "/login/done?to=%2fdevices")
        #expect(welcome.headers[.setCookie]?.hasPrefix("pollerd_session=") == true)
        let entry = try #require(fixture.audit.entries.last)
        #expect(entry.actor == "ann" && entry.action == "POST /login/code")
        // Neither the page nor the code counts again.
        #expect(try await first.send(typed).headers[.location] == "/login?why=late")
        #expect(try await passPassword().send(typed).status == 401)
        // Nobody gets in without the password.
        let stranger = CodeVisitor(fixture: fixture, cookie: "pollerd_login=x")
        #expect(try await stranger.send(typed).headers[.location] == "/login?why=late")
    }

    @Test func `the page of the code waits five minutes`() async throws {
        let visitor = Visitor(fixture)
        let (secret, _) = try await enrol(visitor, try await visitor.logIn())
        let waiting = try await passPassword()
        fixture.clock.advance(milliseconds: PendingCodes.loginSeconds * 1_000 - 1)
        #expect(try await waiting.send("000000").status == 401)
        fixture.clock.advance(milliseconds: 1)
        let late = try await waiting.send(try code(secret))
        #expect(late.headers[.location] == "/login?why=late")
        let page = try await Visitor(fixture).get("/login?why=late")
        #expect(page.body.contains("within 5 minutes"))
    }

    @Test func `wrong codes count as tries to log in`() async throws {
        let visitor = Visitor(fixture)
        let (secret, _) = try await enrol(visitor, try await visitor.logIn())
        let waiting = try await passPassword()
        // The right password was no failure.
        for _ in 1...5 { #expect(try await waiting.send("000000").status == 401) }
        let locked = try await waiting.send(try code(secret, later: 1))
        #expect(locked.status == 429 && locked.body.contains("Too many tries"))
        fixture.clock.advance(milliseconds: 30_000)
        #expect(try await waiting.send(try code(secret)).status == 303)
    }

    @Test func `whom others try gets in with password and code once the pause is over`()
        async throws
    {
        let visitor = Visitor(fixture)
        let (secret, _) = try await enrol(visitor, try await visitor.logIn())
        let bad = [("name", "ann"), ("password", "wrong password 1")]
        // The last pause is longer than the page of the code waits.
        for _ in 1...13 {
            #expect(try await Visitor(fixture).post("/login", bad).status == 401)
            fixture.clock.advance(milliseconds: 600_000)
        }
        let waiting = try await passPassword()
        #expect(try await waiting.send(try code(secret)).status == 303)
    }

    @Test func `the right password alone gives no more tries of the code`() async throws {
        let visitor = Visitor(fixture)
        let (secret, _) = try await enrol(visitor, try await visitor.logIn())
        for index in 1...6 {
            let answer = try await visitor.post(
                "/account/second-factor/remove",
                [("password", Visitor.password), ("code", index < 6 ? "000000" : code(secret))])
            #expect(answer.status == 400, "\(index)")
        }
        #expect(
            try await Visitor(fixture).post(
                "/login", [("name", "ann"), ("password", Visitor.password)]
            ).status == 429)
    }

    @Test func `another password ends the log-ins that wait for a code`() async throws {
        let visitor = Visitor(fixture)
        let account = try await visitor.logIn()
        let (secret, _) = try await enrol(visitor, account)
        fixture.clock.advance(milliseconds: 30_000)
        let waiting = try await passPassword()
        try await fixture.accountDesk.setPassword(of: account.id, to: Secret("a new long one 7"))
        let late = try await waiting.send(try code(secret))
        #expect(late.headers[.location] == "/login?why=late")
    }

    @Test func `a recovery code logs in once, and new ones end the old`() async throws {
        let visitor = Visitor(fixture)
        let (secret, recovery) = try await enrol(visitor, try await visitor.logIn())
        let typed = recovery[3].uppercased().replacing("-", with: " ")
        #expect(try await passPassword().send(typed).status == 303)
        #expect(try await passPassword().send(recovery[3]).status == 401)
        #expect(try await visitor.get("/account").body.contains("9 recovery codes left"))
        fixture.clock.advance(milliseconds: 60_000)
        let renewed = try await visitor.post(
            "/account/second-factor/recovery", [("code", try code(secret))])
        #expect(renewed.status == 200 && !renewed.body.contains(recovery[0]))
        #expect(try await passPassword().send(recovery[0]).status == 401)
        #expect(!"\(fixture.audit.entries)".contains(recovery[0]))
    }

    @Test func `a second factor is not begun without the password, nor removed without a code`()
        async throws
    {
        let visitor = Visitor(fixture)
        let account = try await visitor.logIn()
        let begun = try await visitor.post(
            "/account/second-factor/begin", [("password", "wrong password 1")])
        #expect(begun.status == 400 && begun.body.contains("The password is not right"))
        let (secret, _) = try await enrol(visitor, account)
        let again = try await visitor.post(
            "/account/second-factor/begin", [("password", Visitor.password)])
        #expect(again.status == 400 && again.body.contains("remove it first"))
        let uncoded = try await visitor.post(
            "/account/second-factor/remove",
            [("password", Visitor.password), ("code", "000000")])
        #expect(uncoded.status == 400 && uncoded.body.contains("The code is not right"))
        fixture.clock.advance(milliseconds: 30_000)
        let removed = try await visitor.post(
            "/account/second-factor/remove",
            [("password", Visitor.password), ("code", try code(secret))])
        #expect(removed.status == 303)
        #expect(try await fixture.accounts.account(account.id)?.hasSecondFactor == false)
    }

    @Test func `a wrong first code turns nothing on, and the secret is forgotten after a while`()
        async throws
    {
        let visitor = Visitor(fixture)
        let account = try await visitor.logIn()
        _ = try await visitor.post(
            "/account/second-factor/begin", [("password", Visitor.password)])
        let wrong = try await visitor.post("/account/second-factor", [("code", "000000")])
        #expect(wrong.status == 400 && wrong.body.contains("not of this secret"))
        #expect(try await fixture.accounts.account(account.id)?.hasSecondFactor == false)
        fixture.clock.advance(milliseconds: PendingCodes.setupSeconds * 1_000)
        #expect(try await visitor.get("/account/second-factor").status == 303)
    }

    @Test func `an administrator takes a lost second factor away`() async throws {
        let visitor = Visitor(fixture)
        let account = try await visitor.logIn()
        _ = try await enrol(visitor, account)
        let path = "/api/v1/users/\(account.id)/second-factor"
        #expect(try await fixture.admin(.delete, path).status == 204)
        #expect(try await visitor.get("/").headers[.location]?.hasSuffix("why=gone") == true)
        let login = try await visitor.post(
            "/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(login.headers[.location] == "/login/done?to=%2f")
        #expect(try await fixture.admin(.delete, "/api/v1/users/9/second-factor").status == 404)
    }

    // MARK: The picture of the secret

    @Test func `a code of dots is as large as its text needs, and too long a text has none`() {
        #expect(QRCode("")?.size == 21 && QRCode(String(repeating: "x", count: 14))?.size == 21)
        #expect(QRCode(String(repeating: "x", count: 15))?.size == 25)
        #expect(QRCode(String(repeating: "x", count: 213))?.size == 57)
        #expect(QRCode(String(repeating: "x", count: 214)) == nil)
        #expect(QRPicture("x")?.side == 29)
    }
}
