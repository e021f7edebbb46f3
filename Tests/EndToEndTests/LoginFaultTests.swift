import Foundation
import PollerModel
import TestSupport
import Testing

/// The log-in that silently came back to itself: whatever keeps somebody out, he sees one page with
/// the true reason, behind two redirects at most.
@Suite struct LoginFaultTests {
    private static let access = "guest: false"

    private func expect(
        _ page: PageVisitor.Page, _ status: Int, _ words: String,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(page.status == status, "\(page.body)", sourceLocation: location)
        #expect(page.body.contains(words), "\(page.body)", sourceLocation: location)
        #expect(page.redirects <= 2, sourceLocation: location)
    }

    @Test func `without cookies, the page says that the browser did not send one`() async throws {
        let daemon = try await Daemon(access: Self.access)
        expect(try await PageVisitor(daemon).setUp(daemon), 200, "Overview")
        let visitor = PageVisitor(daemon)
        visitor.takesCookies = false
        expect(try await visitor.logIn(), 400, "The browser blocks cookies of this site")
        expect(try await visitor.open("/devices"), 200, "<h1>Log in</h1>")
        _ = try await daemon.stop()
    }

    @Test func `where the cookie is for TLS only, the page says so and names the address`()
        async throws
    {
        let url = "https://noc.example.net/pollerd"
        let daemon = try await Daemon(web: ", url: \"\(url)\"", access: Self.access)
        let visitor = PageVisitor(daemon)
        let page = try await visitor.setUp(daemon)
        expect(page, 400, "The cookie travels through TLS only")
        #expect(page.body.contains("<code>\(url)</code>"))
        expect(try await visitor.logIn(), 400, "The cookie travels through TLS only")
        _ = try await daemon.stop()
    }

    @Test func `a cookie of another time leads to the log-in, which says why, and works`()
        async throws
    {
        let daemon = try await Daemon(access: Self.access)
        _ = try await PageVisitor(daemon).setUp(daemon)
        let visitor = PageVisitor(daemon)
        for old in ["old", "%00", String(repeating: "x", count: 4_000)] {
            visitor.setCookie("pollerd_session", old)
            let page = try await visitor.open("/devices")
            expect(page, 200, "somebody logged out, or the account was changed")
            #expect(page.redirects == 1)
        }
        expect(try await visitor.logIn(to: "/devices"), 200, "<h1>Devices")
        _ = try await daemon.stop()
    }

    @Test(.enabled(if: SmallDisk.isPermitted, "file systems cannot be mounted"))
    func `on a full disk, the log-in says that the session could not be saved, where and why`()
        async throws
    {
        let disk = try await SmallDisk(.memory, kilobytes: 32_768)
        let daemon = try await Daemon(state: "\(disk.path)", access: Self.access)
        _ = try await PageVisitor(daemon).setUp(daemon)
        let old = PageVisitor(daemon)
        _ = try await old.logIn()
        try disk.fill()
        let visitor = PageVisitor(daemon)
        let page = try await visitor.logIn()
        expect(page, 503, "the session could not be saved")
        #expect(page.body.contains("\(disk.path)/pollerd.sqlite") && page.body.contains("full"))
        #expect(page.redirects == 0)
        let id = try #require(page.body.firstMatch(of: /error id <code>(\w+)</)?.output.1)
        #expect(daemon.log.contains("error_id=\(id)"))
        // Who is logged in stays so, and reads.
        expect(try await old.open("/devices"), 200, "<h1>Devices")
        try disk.makeRoom()
        expect(try await visitor.logIn(), 200, "Overview")
        _ = try await daemon.stop()
    }

    @Test(.enabled(if: SmallDisk.hasLoop, "file systems in files cannot be mounted"))
    func `on a disk that turned read-only, the log-in says that too`() async throws {
        let disk = try await SmallDisk(.ext4, kilobytes: 65_536)
        let daemon = try await Daemon(state: "\(disk.path)", access: Self.access)
        _ = try await PageVisitor(daemon).setUp(daemon)
        try await disk.fail()
        let page = try await PageVisitor(daemon).logIn()
        expect(page, 503, "the session could not be saved")
        #expect(page.body.contains("\(disk.path)/pollerd.sqlite"))
        _ = try await daemon.stop()
    }

    @Test(.enabled(if: FaultLibrary.compiler != nil, "no C compiler is installed"))
    func `a clock that is set by a day logs nobody out without a word`() async throws {
        let clock = try await ClockLibrary()
        let daemon = try await Daemon(wrapper: clock.wrapper, access: Self.access)
        let visitor = PageVisitor(daemon)
        _ = try await visitor.setUp(daemon)
        try clock.set(-86_400)
        expect(try await visitor.open("/devices"), 200, "<h1>Devices")
        try clock.set(86_400)
        expect(try await visitor.open("/devices"), 200, "nothing was done in it for 12 hours")
        expect(try await visitor.logIn(to: "/devices"), 200, "<h1>Devices")
        try clock.set(0)
        expect(try await visitor.open("/devices"), 200, "<h1>Devices")
        _ = try await daemon.stop()
    }

    @Test func `before there is an account, every page says how to make one`() async throws {
        let daemon = try await Daemon(access: Self.access)
        for path in ["/", "/devices", "/login", "/account"] {
            expect(try await PageVisitor(daemon).open(path), 200, "pollerctl setup")
        }
        _ = try await daemon.stop()
    }
}
