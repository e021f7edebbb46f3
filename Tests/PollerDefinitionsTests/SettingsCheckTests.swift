import Foundation
import PollerDefinitions
import TestSupport
import Testing

@Suite struct SettingsCheckTests {
    private func places(_ text: String, memory: Int64? = 8 << 30) throws -> [String] {
        let folder = try TemporaryFolder()
        let (settings, problems) = SettingsLoader.load(
            try folder.write(text, to: "pollerd.yaml"))
        try #require(problems.isEmpty, "\(problems)")
        return SettingsCheck.contradictions(settings, memoryBytes: memory).map(\.place)
    }

    @Test func `the defaults contradict nothing`() throws {
        #expect(try places("log: {level: info}") == [])
    }

    @Test func `a silent device is given up before its next slot`() throws {
        let polling = { (timeout: Int) in
            "polling: {timeout_milliseconds: \(timeout), retries: 2, default_interval_seconds: 60}"
        }
        #expect(try places(polling(19_999)) == [])
        #expect(try places(polling(20_000)) == ["polling"])
    }

    @Test func `who has https has somebody in front who is named`() throws {
        let web = { (url: String, more: String) in "web: {url: \"\(url)\"\(more)}" }
        #expect(try places(web("https://noc.example.net", "")) == ["web.proxies"])
        #expect(try places(web("https://noc.example.net", ", proxies: [192.0.2.1]")) == [])
        #expect(try places(web("http://noc.example.net", "")) == [])
        let socket = ", listen: \"unix:/run/pollerd-web/p.sock\", proxies: [unix]"
        #expect(try places(web("https://noc.example.net", socket)) == [])
    }

    @Test func `pictures take half of the memory at most`() throws {
        let pictures = "pictures: {cache_mebibytes: 512}"
        #expect(try places(pictures, memory: 1 << 30) == [])
        #expect(try places(pictures, memory: (1 << 30) - 2) == ["pictures.cache_mebibytes"])
        #expect(try places(pictures, memory: nil) == [])
    }
}
