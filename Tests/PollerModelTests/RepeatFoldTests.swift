import PollerModel
import Testing

@Suite struct RepeatFoldTests {
    private func text(_ outputs: [RepeatFold<String>.Output]) -> [String] {
        outputs.map {
            switch $0 {
            case .line(let line): line
            case .repeated(let line, let count, let seconds): "\(line) ×\(count) in \(seconds) s"
            }
        }
    }

    private func at(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(milliseconds: 5_000 + milliseconds)
    }

    @Test func `the first is told at once, the others once a window with the newest of them`() {
        var fold = RepeatFold<String>()
        #expect(text(fold.hear("a1", key: "a", at: at(0))) == ["a1"])
        for number in 2...38 {
            #expect(text(fold.hear("a\(number)", key: "a", at: at(1_000))).isEmpty)
        }
        #expect(text(fold.due(at: at(59_999))).isEmpty)
        #expect(text(fold.due(at: at(60_000))) == ["a38 ×37 in 60 s"])
        #expect(text(fold.due(at: at(120_000))).isEmpty)
        #expect(text(fold.hear("a39", key: "a", at: at(120_001))) == ["a39"])
    }

    @Test func `a line behind its window tells what was left out before it`() {
        var fold = RepeatFold<String>()
        _ = fold.hear("a1", key: "a", at: at(0))
        _ = fold.hear("a2", key: "a", at: at(59_999))
        #expect(text(fold.hear("a3", key: "a", at: at(60_000))) == ["a2 ×1 in 60 s", "a3"])
    }

    @Test func `lines of other keys are not folded with it`() {
        var fold = RepeatFold<String>()
        #expect(text(fold.hear("a", key: "a", at: at(0))) == ["a"])
        #expect(text(fold.hear("b", key: "b", at: at(0))) == ["b"])
    }

    @Test func `at the end nothing is left untold`() {
        var fold = RepeatFold<String>()
        _ = fold.hear("a", key: "a", at: at(0))
        _ = fold.hear("a", key: "a", at: at(1_500))
        #expect(text(fold.flush(at: at(2_000))) == ["a ×1 in 2 s"])
        #expect(text(fold.flush(at: at(2_000))).isEmpty)
    }

    @Test func `beyond its limit of keys, lines are told as they come`() {
        var fold = RepeatFold<Int>()
        let most = RepeatFold<Int>.mostKeys
        for number in 0..<most {
            #expect(fold.hear(number, key: "\(number)", at: at(0)).count == 1)
        }
        #expect(fold.hear(0, key: "0", at: at(1)).isEmpty)
        #expect(fold.hear(most, key: "\(most)", at: at(1)).count == 1)
        #expect(fold.hear(most, key: "\(most)", at: at(2)).count == 1)
    }
}

@Suite struct RepeatKeyTests {
    private func key(
        _ event: String? = "web.error", isTrouble: Bool = true, fields: [String: String] = [:],
        text: String = "GET /graphs/1.png: it failed"
    ) -> String? {
        RepeatKey.text(of: event, isTrouble: isTrouble, fields: fields, text: text)
    }

    @Test(arguments: ["audit", "audit.not_kept"])
    func `what somebody did is never folded, whatever became of it`(event: String) {
        #expect(key(event, isTrouble: true) == nil)
        #expect(key(event, isTrouble: false) == nil)
    }

    @Test func `neither is what is no trouble, and what has no code`() {
        #expect(key(isTrouble: false) == nil)
        #expect(key(nil) == nil)
        #expect(key() != nil)
    }

    @Test(arguments: [
        "error_id", "account", "device", "source", "file", "address", "reason", "code", "query",
        "graph",
    ])
    func `lines about others are others`(field: String) {
        #expect(key(fields: [field: "1"]) != key(fields: [field: "2"]))
        #expect(key(fields: [field: "1"]) == key(fields: [field: "1"]))
        #expect(key(fields: [field: "1"]) != key())
    }

    @Test func `texts that differ in their numbers only are the same, and all others are not`() {
        let known = key(text: "device 7 missed 2 slots")
        #expect(known == key(text: "device 7 missed 31 slots"))
        #expect(known != key(text: "device 7 misses 2 slots"))
    }
}
