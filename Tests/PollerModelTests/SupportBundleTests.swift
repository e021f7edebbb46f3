import PollerModel
import Testing

@Suite struct SupportBundleTests {
    private static let now = Timestamp(seconds: 1_795_000_000)

    private func bundle(_ drafts: [SupportBundle.Draft]) -> SupportBundle {
        SupportBundle(
            drafts, scrubber: Scrubber(keepsNames: false), hasNames: false, at: Self.now)
    }

    @Test func `a file of the largest size is whole, and a larger one ends with a whole line`() {
        let line = String(repeating: "x", count: 1_023) + "\n"
        let lines = SupportBundle.largestFileBytes / 1_024
        let whole = bundle([.init("a", String(repeating: line, count: lines))]).files[0]
        #expect(!whole.isCut && whole.bytes.count == SupportBundle.largestFileBytes)
        let cut = bundle([.init("a", String(repeating: line, count: lines) + "secret")]).files[0]
        #expect(cut.isCut)
        #expect(
            String(decoding: cut.bytes.suffix(40), as: UTF8.self).hasSuffix(
                "x\n(the rest is left out)\n"))
        // A line that is cut could end with half of a secret.
        let endless = String(repeating: "y", count: SupportBundle.largestFileBytes + 1)
        #expect(bundle([.init("a", endless)]).files[0].bytes.count < 100)
    }

    @Test func `there are no more files than the limit`() {
        let many = (1...(SupportBundle.largestCount + 1)).map { SupportBundle.Draft("f\($0)", "x") }
        #expect(bundle(many).files.count == SupportBundle.largestCount)
        #expect(bundle(Array(many.dropLast())).files.count == SupportBundle.largestCount)
    }

    @Test func `what is listed is what is in it`() {
        let made = bundle([.init("a.txt", "192.0.2.1\n"), .init("b/c.txt", "")])
        let report = SupportReport(made)
        #expect(report.files.map(\.name) == ["a.txt", "b/c.txt"])
        #expect(report.files.map(\.namesRemoved) == [1, 0] && report.bytes == 10)
        #expect(report.fileName == "pollerd-support-20261118T110640.tar")
        #expect(!report.never.isEmpty)
    }

    @Test func `words that quote settings or rows of the database are taken out`() {
        var facts = HostFacts()
        facts.settings = [.init(place: "pollerd.yaml:3:1", what: "“secret” is odd", fix: "secret")]
        facts.database = .init(place: "/p", what: "device 3 (berlin-core) is odd", fix: "restore")
        var named = facts
        facts.removeQuotations(keepsNames: false)
        named.removeQuotations(keepsNames: true)
        #expect(
            facts.settings == [.init(place: "pollerd.yaml:3:1", what: "is not right", fix: nil)])
        #expect(facts.database == .init(place: "/p", what: "cannot be used", fix: "restore"))
        #expect(named.settings == facts.settings)
        #expect(named.database?.what == "device 3 (berlin-core) is odd")
    }

    @Test func `an archive has a header and whole blocks for each file`() {
        let archive = bundle([.init("a.txt", "hello\n")]).archive
        #expect(archive.count == 512 * 4)
        let text = { (range: Range<Int>) in
            String(decoding: archive[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        #expect(text(0..<100) == "pollerd-support/a.txt")
        #expect(text(124..<136) == "00000000006" && text(257..<263) == "ustar")
        #expect(text(512..<600) == "hello\n")
        let sum = archive[..<512].enumerated().reduce(0) { sum, entry in
            sum + ((148..<156).contains(entry.offset) ? 32 : Int(entry.element))
        }
        #expect(Int(text(148..<154), radix: 8) == sum)
        #expect(archive[1_024...].allSatisfy { $0 == 0 })
    }
}
