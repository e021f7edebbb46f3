import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// What is in a support bundle, and what is not.
@Suite struct SupportTests {
    private static let path = "/api/v1/support-bundle"

    /// The archive as text; it is compressed where the compression does not fail.
    private func archive(_ fixture: WebFixture, names: Bool) async throws -> String {
        let viewer = Viewer.peer("test")
        let bundle = try await CurrentViewer.$viewer.withValue(viewer) {
            try await SupportDesk(services: fixture.services).bundle(hasNames: names)
        }
        return String(decoding: bundle.archive, as: UTF8.self)
    }

    /// Marks in everything that is secret, or that somebody would be known by.
    private func marked() async throws -> WebFixture {
        let fixture = try WebFixture(deviceText: "n4me-canary", guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn("acc0unt-canary")
        _ = try await visitor.post("/account/tokens", [("label", "t"), ("role", "viewer")])
        var status = DeviceStatus()
        status.failure = .noAnswer(attempts: 3, milliseconds: 4_500)
        fixture.status.set(device: status)
        fixture.health.findings.withLock {
            $0 = [Finding(.devicesFailing, place: "n4me-canary", what: "fails", fix: "see it")]
        }
        // A text that should not have a secret in it, and has.
        let event = NewEvent(
            .mark, of: .device(DeviceID(1)),
            "acc0unt-canary set c4nary-secret on n4me-canary at 192.0.2.1")
        fixture.events.keep([
            Event(
                id: EventID(1), event, time: Timestamp(seconds: 1_795_622_000),
                name: "n4me-canary")
        ])
        return fixture
    }

    @Test func `no secret, name or address is in it`() async throws {
        let fixture = try await marked()
        let text = try await archive(fixture, names: false)
        for mark in [
            "c4nary-secret", "n4me-canary", "acc0unt-canary", "192.0.2.1", Visitor.password,
        ] { #expect(!text.contains(mark), "\(mark)") }
        let kept = try fixture.database.secrets()
        #expect(kept.count >= 3)
        for secret in kept { #expect(!text.contains(secret), "\(secret)") }
        for part in ["device-1", "host-1", "user-1 set (removed) on device-1 at host-1"] {
            #expect(text.contains(part), "\(part)")
        }
        for file in [
            "README.txt", "settings.txt", "doctor.json", "status.txt", "devices.jsonl",
            "events.jsonl", "explain/device-1.jsonl",
        ] { #expect(text.contains("pollerd-support/\(file)"), "\(file)") }
    }

    @Test func `names stay where somebody wants that, and secrets never`() async throws {
        let fixture = try await marked()
        let text = try await archive(fixture, names: true)
        #expect(text.contains("n4me-canary") && text.contains("192.0.2.1"))
        #expect(!text.contains("c4nary-secret") && !text.contains(Visitor.password))
    }

    @Test(arguments: [false, true])
    func `what was typed as a name and is no account is not in it`(names: Bool) async throws {
        let fixture = try await marked()
        fixture.events.keep(
            ["typed-passw0rd", "acc0unt-canary"].enumerated().map { index, account in
                let event = NewEvent(
                    index == 0 ? .loginFailed : .loginLocked, "\(account) could not log in",
                    details: ["account": account, "address": "192.0.2.9"])
                return Event(
                    id: EventID(Int64(index + 1)), event,
                    time: Timestamp(seconds: 1_795_622_000), name: "192.0.2.9")
            })
        let text = try await archive(fixture, names: names)
        #expect(!text.contains("typed-passw0rd") && text.contains("Login failed: (removed)"))
        #expect(text.contains("\(names ? "acc0unt-canary" : "user-1") could not log in"))
    }

    @Test func `it is listed before it is made, and that it was made is recorded`() async throws {
        let fixture = try await marked()
        let listed = try await fixture.admin(.get, Self.path)
        #expect(listed.status == 200 && listed.body.contains("\"with_names\":false"))
        #expect(listed.body.contains("\"secrets_removed\":1"), "\(listed.body)")
        let made = try await fixture.admin(.post, Self.path, body: #"{"with_names":false}"#)
        #expect(made.status == 200 && made.headers[.contentType] == "application/gzip")
        // RFC 1952 §2.3.1.
        #expect(made.bytes.prefix(2) == [0x1f, 0x8b])
        let name = try #require(made.headers[.contentDisposition])
        #expect(name.hasPrefix("attachment; filename=\"pollerd-support-"))
        #expect(name.hasSuffix(".tar.gz\""))
        let entry = try #require(fixture.audit.entries.last)
        #expect(entry.action == "POST /api/v1/support-bundle" && entry.status == 200)
        #expect("\(entry)".contains("support bundle pollerd-support-"))
        let misspelt = try await fixture.admin(.post, Self.path, body: #"{"with_name":true}"#)
        #expect(misspelt.status == 400)
    }

    @Test func `administrators make it on the page, where nothing is made by looking`() async throws
    {
        let fixture = try await marked()
        let visitor = Visitor(fixture)
        try await visitor.logIn("anna")
        let page = try await visitor.get("/health/support")
        #expect(page.status == 200 && page.body.contains("<code>devices.jsonl</code>"))
        #expect(page.body.contains("Never in it") && !page.body.contains("value=\"1\" checked"))
        let named = try await visitor.get("/health/support?names=1").body
        #expect(named.contains("value=\"1\" checked") && named.contains("with names"))
        let made = try await visitor.post("/health/support", [("names", "1")])
        #expect(made.status == 200 && made.headers[.contentType] == "application/gzip")
        #expect(made.headers[.cacheControl] == "no-store")
        let operatorVisitor = Visitor(fixture)
        try await operatorVisitor.logIn("olga", role: .operator)
        #expect(try await operatorVisitor.get("/health/support").status == 403)
        #expect(try await operatorVisitor.post("/health/support").status == 403)
    }
}
