import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel
import PollerSecrets
import TestSupport
import Testing

@testable import PollerWeb

/// Pages behind a proxy: what it says, what it puts in front of our paths, and what others say who
/// are none.
@Suite struct OutsideTests {
    private static let proxy = IPAddress(bytes: [192, 0, 2, 9])
    private static let inner = IPAddress(bytes: [127, 0, 0, 1])
    private static let stranger = IPAddress(bytes: [203, 0, 113, 5])

    private static var outside: Outside {
        var outside = Outside()
        outside.proxies = [proxy, inner]
        outside.loginField = "X-Remote-User"
        return outside
    }

    private static func request(_ fields: [(String, String)]) throws -> Request {
        var headers = HTTPFields()
        for (name, value) in fields {
            headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return Request(
            head: HTTPRequest(
                method: .get, scheme: "http", authority: "inside", path: "/", headerFields: headers),
            body: .init(buffer: ByteBuffer()))
    }

    private static let said = [
        ("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "noc.example.net"), ("X-Remote-User", "ann"),
    ]

    @Test func `a listed proxy is believed, and nobody else`() throws {
        let request = try Self.request(Self.said)
        let origin = Self.outside.origin(of: request, from: Self.proxy)
        #expect(origin.client == Self.stranger && origin.isSecure)
        #expect(origin.authority == "noc.example.net" && origin.user == "ann")
        for peer in [Self.stranger, IPAddress(bytes: [192, 0, 2, 8]), nil] {
            let none = Self.outside.origin(of: request, from: peer)
            #expect(none.client == nil && !none.isSecure && none.authority == nil)
            #expect(none.user == nil)
        }
        var socket = Self.outside
        socket.trustsSocket = true
        #expect(socket.origin(of: request, from: nil).user == "ann")
        #expect(socket.origin(of: request, from: Self.stranger).user == nil)
        socket.loginField = nil
        #expect(socket.origin(of: request, from: nil).user == nil)
    }

    @Test(arguments: [
        // What the browser itself wrote in front is not believed.
        (["10.0.0.1, 203.0.113.5"], "203.0.113.5"), (["10.0.0.1", "203.0.113.5"], "203.0.113.5"),
        // Behind two proxies of ours.
        (["203.0.113.5, 127.0.0.1"], "203.0.113.5"), (["127.0.0.1"], "127.0.0.1"),
        // Nonsense ends what is believed.
        (["203.0.113.5, unknown, 127.0.0.1"], "127.0.0.1"), (["unknown"], ""), ([""], ""),
        (["2001:db8::7"], "2001:db8::7"),
    ])
    func `who asks is the last address that is no proxy`(
        fields: [String], client: String
    ) throws {
        let request = try Self.request(fields.map { ("X-Forwarded-For", $0) })
        let origin = Self.outside.origin(of: request, from: Self.proxy)
        #expect(origin.client?.description ?? "" == client)
    }

    // MARK: A path in front

    @Test(arguments: [
        ("/pollerd", "/"), ("/pollerd/", "/"), ("/pollerd?x=1", "/?x=1"),
        ("/pollerd/devices?x", "/devices?x"), ("/devices", "/devices"),
        ("/pollerdx", "/pollerdx"), ("/pollerd/pollerd", "/pollerd"),
    ])
    func `a path in front is taken away from requests`(asked: String, path: String) {
        #expect(BasePath("/pollerd").inside(asked) == path)
        #expect(BasePath("").inside(asked) == asked)
    }

    @Test(arguments: [
        ("<a href=\"/x\">", "<a href=\"/b/x\">"), ("<a href=\"/\">", "<a href=\"/b/\">"),
        ("<a href=\"//x\">", "<a href=\"//x\">"), ("<a href=\"?x\">", "<a href=\"?x\">"),
        ("<a href=\"https://a/\">", "<a href=\"https://a/\">"),
        ("<form\naction=\"/x\">", "<form\naction=\"/b/x\">"),
        ("<input value=\"/x\">", "<input value=\"/x\">"),
        ("<p>a=\"/x\"</p>", "<p>a=\"/x\"</p>"),
        ("<p>href=&quot;/x&quot;</p>", "<p>href=&quot;/x&quot;</p>"),
        ("<i data-graph=\"/x\">", "<i data-graph=\"/b/x\">"),
        (
            "<img src=\"/x\" srcset=\"/x 1x, /y 2x\" alt=\"a, /z\">",
            "<img src=\"/b/x\" srcset=\"/b/x 1x, /b/y 2x\" alt=\"a, /z\">"
        ),
        ("", ""), ("=\"/", "=\"/"),
    ])
    func `a path in front is given to what a browser loads, and to nothing else`(
        page: String, seen: String
    ) {
        let bytes = BasePath("/b").outside(page: Array(page.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == seen)
        #expect(BasePath("").outside(page: Array(page.utf8)) == Array(page.utf8))
    }

    @Test func `every link of every page has the path in front, and leads to a page`()
        async throws
    {
        var outside = Self.outside
        outside.path = BasePath("/a/pollerd")
        let fixture = try WebFixture(guestsMayLook: false, outside: outside)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        #expect(visitor.cookie != nil)
        let attribute = /\s(?:href|src|action|srcset|data-graph)="([^"]*)"/
        var seen = Set<String>()
        for page in ["/", "/devices", "/devices/1", "/graphs", "/graphs/1", "/account", "/nowhere"]
        {
            let body = try await visitor.get("/a/pollerd" + page).body
            let links = body.matches(of: attribute).flatMap {
                $0.output.1.split(separator: ", ").compactMap { $0.split(separator: " ").first }
            }
            #expect(links.count > 5, "\(page): \(body)")
            for link in links where !link.hasPrefix("?") && !link.hasPrefix("#") {
                #expect(
                    link.hasPrefix("/a/pollerd/") || link.hasPrefix("data:"), "\(page): \(link)")
                seen.insert(String(link).replacing("&amp;", with: "&"))
            }
        }
        for link in seen where link.hasPrefix("/") {
            // Where forms go, nobody looks.
            let path = link.prefix { $0 != "#" && $0 != "?" }.dropFirst("/a/pollerd".count)
            guard AccessTable.permissions["POST \(path)"] == nil else { continue }
            let answer = try await visitor.get(link)
            #expect((200..<400).contains(answer.status) || answer.status == 405, "\(link)")
        }
    }

    @Test func `redirects and cookies have the path in front`() async throws {
        var outside = Self.outside
        outside.path = BasePath("/pollerd")
        let fixture = try WebFixture(guestsMayLook: false, outside: outside)
        try await Visitor(fixture).logIn()
        let visitor = Visitor(fixture)
        #expect(
            try await visitor.get("/pollerd/devices").headers[.location]
                == "/pollerd/login?to=%2fdevices")
        let answer = try await visitor.post(
            "/pollerd/login", [("name", "ann"), ("password", Visitor.password), ("to", "/devices")])
        #expect(answer.headers[.location] == "/pollerd/login/done?to=%2fdevices")
        #expect(answer.headers[.setCookie]?.contains("; Path=/pollerd; ") == true)
        // The proxy may take the path away itself.
        #expect(try await visitor.get("/devices").status == 200)
    }

    @Test func `a log-in with a code works with a path in front`() async throws {
        var outside = Self.outside
        outside.path = BasePath("/pollerd")
        let fixture = try WebFixture(guestsMayLook: false, outside: outside)
        let account = try await Visitor(fixture).logIn()
        let secret = SecretBytes(Array(repeating: 7, count: SecondFactor.secretByteCount))
        try await fixture.accounts.setSecondFactor(
            of: account.id, secret: secret, usedStep: 0, recovery: [], except: nil)
        let visitor = Visitor(fixture)
        let asked = try await visitor.post(
            "/pollerd/login", [("name", "ann"), ("password", Visitor.password), ("to", "/devices")])
        #expect(asked.headers[.location] == "/pollerd/login/code")
        #expect(asked.headers[.setCookie]?.contains("; Path=/pollerd/login; ") == true)
        let code = try OneTimeCode.text(
            of: secret, step: OneTimeCode.step(at: fixture.clock.now.wall))
        let done = try await visitor.post("/pollerd/login/code", [("code", code)])
        #expect(done.headers[.location] == "/pollerd/login/done?to=%2fdevices")
        #expect(done.headers[.setCookie]?.contains("; Path=/pollerd; ") == true)
    }

    // MARK: Log-in at the proxy

    private static func ask(
        _ fixture: WebFixture, _ path: String, user: String?, from peer: IPAddress = proxy,
        cookie: String? = nil, accept: String = "text/html"
    ) async throws -> WebFixture.Answer {
        var fields: [(HTTPField.Name, String)] = [(.accept, accept)]
        if let user { fields.append((try #require(HTTPField.Name("X-Remote-User")), user)) }
        if let cookie { fields.append((.cookie, cookie)) }
        return try await fixture.send(.get, path, headers: fields, body: "", peer: peer)
    }

    @Test func `whom the proxy names is logged in, as far as there is such an account`()
        async throws
    {
        let fixture = try WebFixture(guestsMayLook: false, outside: Self.outside)
        try await Visitor(fixture).logIn("ann", role: .viewer)
        let first = try await Self.ask(fixture, "/account", user: "ann")
        #expect(first.status == 200 && first.body.contains("ann"))
        let set = try #require(first.headers[.setCookie])
        let cookie = try #require(set.split(separator: ";").first.map(String.init))
        // The same browser keeps its session; another name ends its use.
        let second = try await Self.ask(fixture, "/devices", user: "ann", cookie: cookie)
        #expect(second.status == 200 && second.headers[.setCookie] == nil)
        try await Visitor(fixture).logIn("bob", role: .viewer)
        let other = try await Self.ask(fixture, "/account", user: "bob", cookie: cookie)
        #expect(other.body.contains("bob") && other.headers[.setCookie] != nil)
        let program = try await Self.ask(
            fixture, "/api/v1/devices", user: "ann", accept: "application/json")
        #expect(program.status == 200 && program.headers[.setCookie] == nil)

        for unknown in ["eve", "<b>", "a b"] {
            let refused = try await Self.ask(fixture, "/devices", user: unknown)
            #expect(refused.status == 403)
            #expect(refused.body.contains("there is no such account here"))
            #expect(!refused.body.contains("<b>"))
        }
        #expect(try await Self.ask(fixture, "/login", user: "eve").status == 200)
    }

    @Test func `who logs in at the proxy need not choose another password here`() async throws {
        let fixture = try WebFixture(guestsMayLook: false, outside: Self.outside)
        try await Visitor(fixture).logIn("ann", role: .viewer, mustChange: true)
        let first = try await Self.ask(fixture, "/devices", user: "ann")
        #expect(first.status == 200)
        let set = try #require(first.headers[.setCookie])
        let cookie = try #require(set.split(separator: ";").first.map(String.init))
        let second = try await Self.ask(fixture, "/devices", user: "ann", cookie: cookie)
        #expect(second.status == 200)
        let program = try await Self.ask(
            fixture, "/api/v1/devices", user: "ann", accept: "application/json")
        #expect(program.status == 200)
        // Where nobody names him, the password counts.
        let alone = try await Self.ask(
            fixture, "/devices", user: nil, from: Self.stranger, cookie: cookie)
        #expect(alone.headers[.location] == "/account")
    }

    @Test func `nobody else can name himself`() async throws {
        let fixture = try WebFixture(guestsMayLook: false, outside: Self.outside)
        try await Visitor(fixture).logIn("ann")
        let answer = try await Self.ask(fixture, "/account", user: "ann", from: Self.stranger)
        #expect(answer.status == 303)
        #expect(answer.headers[.location]?.hasPrefix("/login") == true)
        var off = Self.outside
        off.loginField = nil
        let quiet = try WebFixture(guestsMayLook: false, outside: off)
        try await Visitor(quiet).logIn("ann")
        #expect(try await Self.ask(quiet, "/account", user: "ann").status == 303)
    }

    @Test func `a disabled account is none, whatever the proxy says`() async throws {
        let fixture = try WebFixture(guestsMayLook: false, outside: Self.outside)
        let account = try await Visitor(fixture).logIn("ann")
        _ = try await Visitor(fixture).logIn("bob")
        _ = try await fixture.accountDesk.change(account.id, to: AccountChange(isDisabled: true))
        #expect(try await Self.ask(fixture, "/devices", user: "ann").status == 403)
    }

    @Test func `a log-in through TLS gets a cookie for TLS only`() async throws {
        let fixture = try WebFixture(guestsMayLook: false, outside: Self.outside)
        try await Visitor(fixture).logIn("ann")
        let body = "name=ann&password=\(Query.escaped(Visitor.password))"
        let proto = try #require(HTTPField.Name("X-Forwarded-Proto"))
        for (peer, isSecure) in [(Self.proxy, true), (Self.stranger, false)] {
            let answer = try await fixture.send(
                .post, "/login",
                headers: [(.contentType, Form.contentType), (proto, "https")], body: body,
                peer: peer)
            #expect(answer.status == 303)
            #expect(answer.headers[.setCookie]?.hasSuffix("; Secure") == isSecure)
        }
    }

    @Test func `who comes without encryption is warned at the log-in`() async throws {
        var outside = Self.outside
        outside.isReachable = true
        let fixture = try WebFixture(guestsMayLook: false, outside: outside)
        try await Visitor(fixture).logIn("ann")
        let words = "This page is not encrypted"
        for (peer, isWarned) in [(Self.stranger, true), (Self.inner, false)] {
            let page = try await Self.ask(fixture, "/login", user: nil, from: peer)
            #expect(page.body.contains(words) == isWarned, "\(peer)")
        }
        let usual = try WebFixture(guestsMayLook: false)
        try await Visitor(usual).logIn("ann")
        #expect(
            try await !Self.ask(usual, "/login", user: nil, from: Self.stranger).body.contains(
                words))
    }

    @Test func `under an address that others reach, addresses are names of ours`() async throws {
        var outside = Outside()
        outside.isReachable = true
        let open = try WebFixture(outside: outside)
        #expect(try await open.get("/", host: "192.0.2.1:8080").status == 200)
        #expect(try await open.get("/", host: "evil.example").status == 421)
        #expect(try await WebFixture().get("/", host: "192.0.2.1:8080").status == 421)
    }
}
