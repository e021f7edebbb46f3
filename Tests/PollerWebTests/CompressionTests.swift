import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct CompressionTests {
    private static func ask(
        _ fixture: WebFixture, _ path: String, encoding: String?, tag: String? = nil,
        method: HTTPRequest.Method = .get
    ) async throws -> WebFixture.Answer {
        var fields: [(HTTPField.Name, String)] = [(.accept, "text/html")]
        if let encoding { fields.append((.acceptEncoding, encoding)) }
        if let tag { fields.append((.ifNoneMatch, tag)) }
        return try await fixture.get(path, headers: fields, method: method)
    }

    /// By gzip itself.
    private static func inflated(_ bytes: [UInt8]) async throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/x.gz"
        try Data(bytes).write(to: URL(filePath: path))
        let gzip = try #require(Program.find("gzip"))
        let result = try await Program.run(gzip, ["-dc", path])
        #expect(result.status == 0, "\(result.errors)")
        return [UInt8](result.bytes)
    }

    @Test(arguments: ["/devices", "/graphs/1.json", "/api/v1/devices", "/graphs/1.csv"])
    func `text is sent small to who takes it, and is the same`(path: String) async throws {
        let fixture = try WebFixture(devices: 40)
        let plain = try await Self.ask(fixture, path, encoding: nil)
        let small = try await Self.ask(fixture, path, encoding: "br, gzip")
        #expect(plain.status == 200 && plain.headers[.contentEncoding] == nil)
        #expect(small.headers[.contentEncoding] == "gzip")
        #expect(plain.headers[.vary] == "Accept-Encoding")
        #expect(small.headers[.vary] == "Accept-Encoding")
        #expect(small.headers[.contentLength] == "\(small.bytes.count)")
        #expect(small.bytes.count * 2 < plain.bytes.count)
        #expect(try await Self.inflated(small.bytes) == plain.bytes)
    }

    @Test(arguments: [
        ("gzip", true), ("*", true), ("GZIP;q=0.1", true), ("deflate, gzip ; q=1.0", true),
        ("gzip;q=0", false), ("gzip;q=0.000", false), ("br", false), ("", false), ("x-gzip", false),
    ])
    func `what a client takes is what it says`(field: String, isSmall: Bool) async throws {
        let answer = try await Self.ask(WebFixture(), "/devices", encoding: field)
        #expect((answer.headers[.contentEncoding] == "gzip") == isSmall)
    }

    @Test func `pictures and short answers are left alone`() async throws {
        let fixture = try WebFixture()
        let picture = try await Self.ask(fixture, "/graphs/1.png", encoding: "gzip")
        #expect(picture.headers[.contentEncoding] == nil && picture.headers[.vary] == nil)
        let short = try await Self.ask(fixture, "/-/healthy", encoding: "gzip")
        #expect(short.headers[.contentEncoding] == nil)
        #expect(short.headers[.vary] == "Accept-Encoding")
    }

    @Test func `a tag is of one form of an answer, and both are recognised`() async throws {
        let fixture = try WebFixture()
        let plain = try await Self.ask(fixture, "/graphs/1.json", encoding: nil)
        let small = try await Self.ask(fixture, "/graphs/1.json", encoding: "gzip")
        let tag = try #require(plain.headers[.eTag])
        #expect(tag.hasPrefix("\"") && small.headers[.eTag] == "W/\(tag)")
        for (asked, encoding) in [(tag, nil), ("W/\(tag)", "gzip")] as [(String, String?)] {
            let again = try await Self.ask(
                fixture, "/graphs/1.json", encoding: encoding, tag: asked)
            #expect(again.status == 304 && again.headers[.eTag] == asked)
            #expect(again.headers[.vary] == "Accept-Encoding")
        }
    }

    @Test func `style and scripts were made small at the start`() async throws {
        let fixture = try WebFixture()
        let page = try await fixture.get("/").body
        let style = try #require(page.firstMatch(of: /href="(\/static\/[^"]+)"/)?.output.1)
        let plain = try await Self.ask(fixture, String(style), encoding: nil)
        let small = try await Self.ask(fixture, String(style), encoding: "gzip")
        #expect(small.headers[.contentEncoding] == "gzip" && plain.headers[.contentEncoding] == nil)
        #expect(small.headers[.cacheControl]?.contains("immutable") == true)
        #expect(small.headers[.vary] == "Accept-Encoding")
        #expect(try await Self.inflated(small.bytes) == plain.bytes)
    }

    @Test func `a question for the head says no length that is not so`() async throws {
        let fixture = try WebFixture()
        let small = try await Self.ask(fixture, "/devices", encoding: "gzip", method: .head)
        #expect(small.status == 200 && small.headers[.contentLength] == nil)
        let plain = try await Self.ask(fixture, "/devices", encoding: nil, method: .head)
        #expect(plain.headers[.contentLength] != nil)
    }

    @Test func `what forms carry looks another way in each page`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        let first = visitor.csrf
        _ = try await visitor.get("/account")
        #expect(visitor.csrf != first && !visitor.csrf.isEmpty)
        for csrf in [first, visitor.csrf] {
            #expect(try await visitor.post("/account/sessions/end", csrf: csrf).status == 303)
        }
    }

    @Test func `compression is of gzip's form at every length`() async throws {
        for length in [0, 1, 2, 1_023, 70_000] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
            let small = try #require(Compression.gzip(bytes, level: 4))
            #expect(try await Self.inflated(small) == bytes)
        }
    }
}
