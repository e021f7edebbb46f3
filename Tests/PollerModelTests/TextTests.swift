import TestSupport
import Testing

@testable import PollerModel

@Suite struct DeviceTextTests {
    @Test(arguments: [
        ("eth0", "eth0"), ("  eth0\u{0}\u{0}", "eth0"), ("a\r\nb", "a  b"), ("\u{1b}[31m", "␛[31m"),
        ("a\u{202e}b", "a\u{fffd}b"), ("\u{7f}", "␡"), ("", ""), ("Büro – 1", "Büro – 1"),
    ])
    func `control characters become visible and padding goes`(text: String, shown: String) {
        #expect(DeviceText(text).text == shown)
    }

    @Test func `bytes that are no UTF-8 are kept and shown as replacements`() {
        let text = DeviceText(bytes: [0x42, 0xfc, 0x72, 0x6f])
        #expect(text.bytes == [0x42, 0xfc, 0x72, 0x6f])
        #expect(text.text == "B\u{fffd}ro")
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "abc"), ("e\u{301}e\u{301}", 3, "e\u{301}e"),
        ("ab c", 3, "ab"), ("", 3, ""),
    ])
    func `a text is cut by Unicode scalars`(text: String, count: Int, cut: String) {
        #expect(Array(text.cut(toScalars: count).unicodeScalars) == Array(cut.unicodeScalars))
    }

    @Test(arguments: hostileTexts)
    func `no text has a control character`(text: String) {
        let shown = DeviceText(text).text
        #expect(
            !shown.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        #expect(!shown.contains("\u{202e}"))
    }

    @Test func `length is bounded on both sides of the limit`() {
        let limit = DeviceText.largestByteCount
        #expect(DeviceText(bytes: [UInt8](repeating: 0x61, count: limit)).bytes.count == limit)
        #expect(DeviceText(bytes: [UInt8](repeating: 0x61, count: limit + 1)).bytes.count == limit)
    }
}

@Suite struct SecretTests {
    @Test func `a secret shows in no description`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(SNMPCredentials.community(secret), to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
        #expect(secret.withExposedValue { $0 } == "hunter2")
    }
}

@Suite struct SuggestionTests {
    private let names = ["interface_traffic", "interface_errors", "ucd_cpu"]

    @Test(arguments: [
        ("interface_trafic", "interface_traffic"), ("ucd_cup", "ucd_cpu"), ("UCD_CPU", "ucd_cpu"),
        ("ucd", "ucd_cpu"), ("Interface", "interface_errors"),
    ])
    func `slips of the keyboard and beginnings find their word`(text: String, expected: String) {
        #expect(Suggestion.nearest(to: text, among: names) == expected)
    }

    @Test func `something else finds nothing`() {
        #expect(Suggestion.nearest(to: "temperature", among: names) == nil)
        #expect(Suggestion.nearest(to: "uc", among: ["ucd_cpu_idle"]) == nil)
        #expect(Suggestion.phrase(for: "x", among: []) == "")
    }
}

@Suite struct DeviceHostTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("Switch-1.Example.NET.", "switch-1.example.net"), ("a_b", "a_b"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ])
    func `addresses and names have one spelling`(text: String, canonical: String) {
        #expect(DeviceHost(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "192.0.2", "192.0.2.256", "192.0.2.01", "300", "1.2.3.4.5", "unix:/tmp/x", "std:reboot",
        "tlstcp:192.0.2.1", "udp:192.0.2.1:161", "a b", "-a", "a-", "a..b", ":::", "1::2::3",
        "2001:db8::12345", "[::1]", "fe80::1%eth0", "a;reboot", "$(reboot)", "1:2:3:4:5:6:7",
        String(repeating: "a", count: 64), "\u{0}",
    ])
    func `nothing else passes, least of all a transport of net-snmp`(text: String) {
        #expect(DeviceHost(text) == nil)
    }

    @Test func `names are bounded on both sides of the limit`() {
        let label = String(repeating: "a", count: 61)
        let name = [label, label, label, label].joined(separator: ".")
        #expect(name.utf8.count == 247)
        #expect(DeviceHost(name + ".bcdef") != nil)
        #expect(DeviceHost(name + ".bcdefg") == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("192.0.2.1", false),
        ("::2", false),
    ])
    func `loopback is known`(text: String, isLoopback: Bool) {
        #expect(IPAddress(text)?.isLoopback == isLoopback)
    }
}

@Suite struct OIDTests {
    @Test(arguments: ["1.3.6.1", ".1.3.6.1", "0", "1.3.6.1.4294967295"])
    func `dotted numbers are read`(text: String) {
        #expect(OID(text)?.description == (text.hasPrefix(".") ? String(text.dropFirst()) : text))
    }

    @Test(arguments: [
        "", ".", "1..3", "1.3.", "1.4294967296", "1.-3", "sysUpTime.0", "1.3.6.1 ", "1.٣",
    ])
    func `anything else is not`(text: String) {
        #expect(OID(text) == nil)
    }

    @Test func `arcs are bounded on both sides of the limit`() {
        #expect(OID([String](repeating: "1", count: 128).joined(separator: ".")) != nil)
        #expect(OID([String](repeating: "1", count: 129).joined(separator: ".")) == nil)
    }

    @Test func `order is that of the tree`() {
        let sorted = ["1.3.6", "1.3.6.1", "1.3.6.1.9", "1.3.6.1.10", "1.3.7"].compactMap { OID($0) }
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(sorted[2].suffix(after: sorted[1]) == [9])
        #expect(sorted[1].suffix(after: sorted[1]) == nil)
    }
}

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            (0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3_600, "1 h"),
            (86_399, "23 h 59 min"), (86_400, "1 d"), (90_061, "1 d 1 h"),
            (63_180_000, "731 d 6 h"),
        ] as [(Int64, String)])
    func `a duration is its two largest units`(seconds: Int64, words: String) {
        #expect(DurationText.words(seconds) == words)
    }

    @Test(
        arguments: [
            ("30s", 30), ("90m", 5_400), ("12h", 43_200), ("30d", 2_592_000), ("4w", 2_419_200),
            ("2y", 63_072_000), ("0s", 0), ("9223372036854775807s", Int64.max),
            ("9223372036854775807m", Int64.max), ("9223372036854775808m", nil), ("", nil),
            ("s", nil),
            ("30", nil), ("-30s", nil), ("+30s", nil), ("1.5h", nil), ("3 m", nil), ("٣m", nil),
        ] as [(String, Int64?)])
    func `a duration is read from its number and its unit`(text: String, seconds: Int64?) {
        #expect(DurationText.seconds(text, units: "smhdwy") == seconds)
    }

    @Test func `a unit that is not meant is none`() {
        #expect(DurationText.seconds("30s", units: "mhd") == nil)
        #expect(DurationText.seconds("30m", units: "mhd") == 1_800)
    }
}

@Suite struct PlainGlobTests {
    /// The way by bytes and the one by characters are two; `captures` is the latter.
    @Test func `plain texts are matched like all others`() {
        var generator = SeededGenerator(seed: 11)
        let letters = Array("aAbB -*")
        let text = { (letters: [Character], longest: Int, generator: inout SeededGenerator) in
            String(
                (0..<Int.random(in: 0...longest, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "a"
                })
        }
        var matches = 0
        for _ in 0..<20_000 {
            let glob = Glob(text(letters, 6, &generator))
            let candidate = text(letters, 8, &generator)
            let expected = glob.captures(of: candidate) != nil
            matches += expected ? 1 : 0
            #expect(glob.matches(candidate) == expected, "\(glob.text) and \(candidate)")
        }
        #expect((1_000...19_000).contains(matches))
        #expect(Glob("*ä").matches("Ä") && !Glob("*a").matches("ä"))
    }
}
