import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct LoginTests {
    private static func fixture() throws -> WebFixture { try WebFixture(guestsMayLook: false) }

    @Test func `before there is an account, every page leads to the setup, which says how`()
        async throws
    {
        let visitor = Visitor(try Self.fixture())
        for path in ["/", "/devices/1", "/graphs/1"] {
            let answer = try await visitor.get(path)
            #expect(answer.status == 303 && answer.headers[.location] == "/setup")
        }
        let page = try await visitor.get("/setup")
        #expect(page.status == 200 && page.body.contains("pollerctl setup"))
    }

    @Test func `a setup link makes one administrator, logs him in, and is used up`() async throws {
        let fixture = try Self.fixture()
        let (token, _) = try await fixture.accountDesk.makeSetupToken()
        let visitor = Visitor(fixture)
        let page = try await visitor.get("/setup?token=\(token)")
        #expect(page.body.contains("name=\"password\""))
        let fields = [
            ("token", token), ("name", "ann"), ("password", Visitor.password),
            ("again", Visitor.password),
        ]
        let made = try await visitor.post("/setup", fields)
        #expect(made.status == 303 && made.headers[.location] == "/login/done?to=%2f")
        let done = try await visitor.get("/login/done?to=%2f")
        #expect(done.status == 303 && done.headers[.location] == "/")
        #expect(try await visitor.get("/").status == 200)
        #expect(try await fixture.accounts.accounts().map(\.role) == [.administrator])
        let again = try await Visitor(fixture).post("/setup", fields)
        #expect(again.status == 410 && again.body.contains("was used"))
    }

    @Test func `a setup link ends after half an hour, and with the next one`() async throws {
        let fixture = try Self.fixture()
        let (first, _) = try await fixture.accountDesk.makeSetupToken()
        #expect(try await fixture.accountDesk.isSetupToken(first))
        let (second, _) = try await fixture.accountDesk.makeSetupToken()
        #expect(try await !fixture.accountDesk.isSetupToken(first))
        fixture.clock.advance(milliseconds: (AccountDesk.setupSeconds - 1) * 1_000)
        #expect(try await fixture.accountDesk.isSetupToken(second))
        fixture.clock.advance(milliseconds: (1) * 1_000)
        #expect(try await !fixture.accountDesk.isSetupToken(second))
        #expect(try await Visitor(fixture).get("/setup?token=\(second)").status == 410)
    }

    @Test(arguments: [
        ("an", "short", "at least 12"), ("ann", "passwordpassword", "among the first"),
        ("ann-smith", "xx ann-smith xx", "name of the account"),
        ("a b", Visitor.password, "a name"),
        ("ann", "aaaaaaaaaaaaaaaa", "too few"),
    ])
    func `a bad name or password is said beside the form, which keeps the link`(
        name: String, password: String, words: String
    ) async throws {
        let fixture = try Self.fixture()
        let (token, _) = try await fixture.accountDesk.makeSetupToken()
        let answer = try await Visitor(fixture).post(
            "/setup",
            [("token", token), ("name", name), ("password", password), ("again", password)])
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(answer.body.contains(token) && !answer.body.contains("value=\"\(password)\""))
    }

    @Test func `who logs in gets where he wanted to go, by two redirects`() async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        _ = try await visitor.post("/logout")
        let asked = try await visitor.get("/graphs/1?from=now-1h&to=now")
        #expect(
            asked.headers[.location] == "/login?to=%2fgraphs%2f1%3ffrom%3dnow-1h%26to%3dnow")
        let place = try #require(asked.headers[.location])
        let page = try await visitor.get(place)
        #expect(page.body.contains("value=\"/graphs/1?from=now-1h&amp;to=now\""), "\(page.body)")
        let sent = try await visitor.post(
            "/login",
            [
                ("name", "ANN"), ("password", Visitor.password),
                ("to", "/graphs/1?from=now-1h&to=now"),
            ])
        #expect(sent.status == 303)
        let checked = try await visitor.get(try #require(sent.headers[.location]))
        #expect(checked.headers[.location] == "/graphs/1?from=now-1h&to=now")
        #expect(try await visitor.get("/graphs/1").status == 200)
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/login", "javascript:1",
        "/x\r\nSet-Cookie: a=b",
    ])
    func `after the log-in nobody is led to another site`(place: String) async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        let answer = try await visitor.get("/login/done?to=\(Query.escaped(place))")
        #expect(answer.headers[.location] == "/")
    }

    @Test func `a wrong name and a wrong password are told in the same words`() async throws {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let visitor = Visitor(fixture)
        let wrong = try await visitor.post(
            "/login", [("name", "ann"), ("password", "wrong password 1")])
        let unknown = try await visitor.post(
            "/login", [("name", "bob"), ("password", "wrong password 1")])
        #expect(wrong.status == 401 && unknown.status == 401)
        #expect(
            wrong.body.replacing("ann", with: "X") == unknown.body.replacing("bob", with: "X"))
        #expect(visitor.cookie == nil)
        #expect(!wrong.body.contains("wrong password 1"))
    }

    @Test func `after five failures each try waits, twice as long each time`() async throws {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let visitor = Visitor(fixture)
        let bad = [("name", "ann"), ("password", "wrong password 1")]
        for _ in 1...5 { #expect(try await visitor.post("/login", bad).status == 401) }
        let locked = try await visitor.post(
            "/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(locked.status == 429 && locked.body.contains("Too many tries"))
        #expect(locked.headers[.retryAfter] == "2")
        let told = fixture.events.events.filter { [.loginFailed, .loginLocked].contains($0.kind) }
        #expect(Set(told.map(\.kind)) == [.loginFailed, .loginLocked])
        for event in told {
            #expect(event.details["address"] == event.name && event.likeness == event.name)
            #expect(event.details["reason"] == nil)
        }
        fixture.clock.advance(milliseconds: (2) * 1_000)
        #expect(try await visitor.post("/login", bad).status == 401)
        #expect(try await visitor.post("/login", bad).headers[.retryAfter] == "4")
        fixture.clock.advance(milliseconds: (4) * 1_000)
        let good = try await visitor.post(
            "/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(good.status == 303)
        for _ in 1...4 { #expect(try await visitor.post("/login", bad).status == 401) }
    }

    @Test func `two hundred tries at once are five`() async throws {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<200 {
                group.addTask {
                    try await Visitor(fixture).post(
                        "/login", [("name", "ann"), ("password", "wrong password \(index)")]
                    ).status
                }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses[401] == 5 && statuses[429] == 195, "\(statuses)")
    }

    @Test func `a try that could not be looked at is given back`() async throws {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let visitor = Visitor(fixture)
        let good = [("name", "ann"), ("password", Visitor.password)]
        try fixture.database.change("ALTER TABLE account RENAME TO elsewhere")
        for _ in 1...10 { #expect(try await visitor.post("/login", good).status == 503) }
        try fixture.database.change("ALTER TABLE elsewhere RENAME TO account")
        #expect(try await visitor.post("/login", good).status == 303)
    }

    @Test func `a session that cannot be saved is said, with where and why`() async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        _ = try await visitor.post("/logout")
        try fixture.database.breakDisk()
        let answer = try await visitor.post(
            "/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(answer.status == 503)
        #expect(answer.body.contains("the session could not be saved"))
        #expect(answer.body.contains(fixture.database.path))
        #expect(answer.body.contains("disk is full"))
        #expect(answer.body.contains("error id"))
        #expect(visitor.cookie == nil)
    }

    @Test func `a cookie that does not come back is said, on one page`() async throws {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let answer = try await Visitor(fixture).get("/login/done?to=%2f")
        #expect(answer.status == 400)
        #expect(answer.body.contains("did not send the cookie back"))
        #expect(answer.body.contains("blocks cookies"))
    }

    @Test func `an idle session ends, and the log-in page says so`() async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        fixture.clock.advance(milliseconds: (Session.idleSeconds - 1) * 1_000)
        #expect(try await visitor.get("/").status == 200)
        fixture.clock.advance(milliseconds: (Session.idleSeconds) * 1_000)
        let answer = try await visitor.get("/")
        #expect(answer.headers[.location] == "/login?to=%2f&why=idle")
        let page = try await visitor.get("/login?to=%2f&why=idle")
        #expect(page.body.contains("nothing was done in it for 12 hours"))
    }

    @Test func `a session ends after a week, however busy`() async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        for _ in 0..<13 {
            fixture.clock.advance(milliseconds: (Session.idleSeconds - 1) * 1_000)
            #expect(try await visitor.get("/").status == 200)
        }
        fixture.clock.advance(milliseconds: (Session.idleSeconds - 1 + 14) * 1_000)
        #expect(try await visitor.get("/").headers[.location]?.hasSuffix("why=old") == true)
    }

    @Test(arguments: [86_400, -86_400])
    func `a clock that is set by a day keeps people logged in or says why not`(
        step: Int64
    ) async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        fixture.clock.setWall(by: step * 1_000)
        let answer = try await visitor.get("/")
        if step > 0 {
            #expect(answer.headers[.location]?.hasSuffix("why=idle") == true)
        } else {
            #expect(answer.status == 200)
        }
    }

    @Test func `a cookie of another time or make leads to the log-in, and says why`()
        async throws
    {
        let fixture = try Self.fixture()
        try await Visitor(fixture).logIn()
        let answer = try await fixture.send(
            .get, "/", headers: [(.cookie, "pollerd_session=old"), (.accept, "text/html")],
            body: "")
        #expect(answer.headers[.location] == "/login?to=%2f&why=gone")
    }

    @Test func `who has to choose another password is led there, and nowhere else`() async throws {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn(mustChange: true)
        #expect(try await visitor.get("/devices").headers[.location] == "/account")
        let page = try await visitor.get("/account")
        #expect(page.status == 200 && page.body.contains("Somebody else chose your password"))
        let api = try await visitor.get("/api/v1/devices", accept: "application/json")
        #expect(api.status == 403 && api.body.contains("another password first"))
        let changed = try await visitor.post(
            "/account/password",
            [
                ("old", Visitor.password), ("password", "a new long one 7"),
                ("again", "a new long one 7"),
            ])
        #expect(changed.status == 303, "\(changed.body)")
        #expect(try await visitor.get("/devices").status == 200)
    }

    @Test func `a mistake with the password is said at its form, and at no other`() async throws {
        let visitor = Visitor(try Self.fixture())
        try await visitor.logIn()
        let answer = try await visitor.post(
            "/account/password",
            [
                ("old", "wrong password 1"), ("password", "a new long one 7"),
                ("again", "a new long one 7"),
            ])
        #expect(answer.status == 400)
        let said = answer.body.components(separatedBy: "The present password is not right")
        #expect(said.count == 2, "\(answer.body)")
        #expect(!answer.body.contains("factor-mistake") && !answer.body.contains("token-mistake"))
    }

    @Test func `another password ends all other sessions`() async throws {
        let fixture = try Self.fixture()
        let (first, second) = (Visitor(fixture), Visitor(fixture))
        try await first.logIn()
        _ = try await second.post("/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(try await second.get("/").status == 200)
        let changed = try await first.post(
            "/account/password",
            [
                ("old", Visitor.password), ("password", "a new long one 7"),
                ("again", "a new long one 7"),
            ])
        #expect(changed.status == 303)
        #expect(try await first.get("/").status == 200)
        #expect(try await second.get("/").headers[.location] == "/login?to=%2f&why=gone")
    }

    @Test func `the cookie's id is a new one at each log-in, and only its digest is kept`()
        async throws
    {
        let fixture = try Self.fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        let first = try #require(visitor.cookie)
        _ = try await visitor.post("/login", [("name", "ann"), ("password", Visitor.password)])
        #expect(visitor.cookie != first)
        let answer = try await visitor.post(
            "/login", [("name", "ann"), ("password", Visitor.password)])
        let set = try #require(answer.headers[.setCookie])
        #expect(set.contains("HttpOnly") && set.contains("SameSite=Lax"))
        #expect(set.contains("Path=/;") && !set.contains("Secure"))
    }
}
