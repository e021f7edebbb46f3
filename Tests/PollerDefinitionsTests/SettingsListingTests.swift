import PollerModel
import TestSupport
import Testing

@testable import PollerDefinitions

@Suite struct SettingsListingTests {
    private static let reference = """
        # Head.
        web:
          # Where the pages are.
          # On two lines.
          listen: 127.0.0.1:8080
          hosts: []
        log:
          # How much is said.
          level: info
        """

    private static func listing(_ text: String) throws -> SettingsListing {
        try SettingsListing(
            referenceText: reference, document: YAMLDocument(path: "p.yaml", text: text),
            path: "p.yaml")
    }

    @Test func `each key has its meaning, its default, and where it was set`() throws {
        let listing = try Self.listing("log:\n  level: debug\nweb:\n  hosts: [a.example, b]\n")
        #expect(listing.entries.map(\.key) == ["web.listen", "web.hosts", "log.level"])
        let listen = listing.entries[0]
        #expect(listen.meaning == "Where the pages are. On two lines.")
        #expect(listen.value == "127.0.0.1:8080" && listen.line == nil)
        let hosts = listing.entries[1]
        #expect(hosts.value == "a.example, b" && hosts.standard.isEmpty && hosts.line == 4)
        let level = listing.entries[2]
        #expect(level.value == "debug" && level.standard == "info" && level.line == 2)
    }

    @Test func `an empty file is all defaults`() throws {
        #expect(try Self.listing("").entries.allSatisfy { $0.line == nil })
    }

    @Test func `the shipped file explains each of its keys, and the resources hold it`() throws {
        let path = Places.resources + "/pollerd.yaml"
        let listing = try SettingsListing(reference: path, path: path)
        #expect(listing.entries.count > 10)
        for entry in listing.entries { #expect(!entry.meaning.isEmpty, "\(entry.key)") }
    }
}
