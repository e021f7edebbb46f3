import PollerModel
import Testing

@Suite struct ScrubberTests {
    private func scrub(_ text: String, _ fill: (inout Scrubber) -> Void) -> String {
        var scrubber = Scrubber(keepsNames: false)
        fill(&scrubber)
        return scrubber.scrub(text).text
    }

    @Test func `a name is replaced wherever it is a word, and nowhere inside one`() {
        let text = "sw1 is not sw10, nor asw1; SW1, (sw1) and sw1.example are sw1"
        #expect(
            scrub(text) {
                $0.add(name: "sw1", pseudonym: "device-1")
                $0.add(name: "sw1.example", pseudonym: "host-1")
            } == "device-1 is not sw10, nor asw1; device-1, (device-1) and host-1 are device-1")
        #expect(scrub("müsw1 sw1ü") { $0.add(name: "sw1", pseudonym: "d") } == "müsw1 sw1ü")
    }

    @Test func `names of any characters are found, as they are and as JSON has them`() {
        let name = #"rack "7"/ü\x"#
        let json = #"{"name":"rack \"7\"/ü\\x","b":"rack \"7\"\/ü\\x"}"#
        #expect(
            scrub("is \(name).") { $0.add(name: name, pseudonym: "device-1") } == "is device-1.")
        #expect(
            scrub(json) { $0.add(name: name, pseudonym: "device-1") }
                == #"{"name":"device-1","b":"device-1"}"#)
    }

    @Test(arguments: [
        ("192.0.2.7", "address-1"), ("at 192.0.2.7.", "at address-1."),
        ("192.0.2.7:161", "address-1:161"), ("[2001:db8::7]:161", "[address-1]:161"),
        ("2001:DB8::7", "address-1"), ("00:1b:21:AA:bb:cc", "mac-1"),
        // This machine, versions, times and object identifiers are no addresses of anybody.
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("::1", "::1"), ("0.0.0.0", "0.0.0.0"),
        ("1.7.2", "1.7.2"), ("12:34:56", "12:34:56"), ("1.3.6.1.2.1.1", "1.3.6.1.2.1.1"),
        ("2026-11-26T12:00:00Z", "2026-11-26T12:00:00Z"),
    ])
    func `addresses are replaced in all their forms`(text: String, clean: String) {
        #expect(scrub(text) { _ in } == clean)
    }

    @Test func `an address of a device is its host, and each other one keeps its pseudonym`() {
        var scrubber = Scrubber(keepsNames: false)
        scrubber.add(name: "2001:db8::7", pseudonym: "host-1")
        scrubber.add(name: "127.0.0.1", pseudonym: "host-2")
        #expect(scrubber.scrub("127.0.0.1:8080").text == "127.0.0.1:8080")
        #expect(scrubber.scrub("2001:0db8:0::7 2001:db8::8").text == "host-1 address-2")
        #expect(scrubber.scrub("2001:db8::8 192.0.2.1").text == "address-2 address-3")
    }

    @Test func `secrets go whether names stay or not`() {
        for keepsNames in [true, false] {
            var scrubber = Scrubber(keepsNames: keepsNames)
            scrubber.add(Secret("s3cret-community"))
            scrubber.add(Secret("abc"))
            scrubber.add(name: "sw1", pseudonym: "device-1")
            let (text, count) = scrubber.scrub("xs3cret-communityx abc abcd sw1 192.0.2.1 S3CRET")
            #expect(!text.contains("s3cret-community"))
            // A short one is found as a word only, or every text would be full of holes.
            #expect(text.contains("(removed) abcd"))
            #expect(text.contains("sw1") == keepsNames && text.contains("192.0.2.1") == keepsNames)
            #expect(count.secrets == 2 && (count.names > 0) == !keepsNames)
        }
    }

    @Test func `a secret that is also a name is a secret`() {
        let text = scrub("core") {
            $0.add(name: "core", pseudonym: "site-1")
            $0.add(Secret("core"))
        }
        #expect(text == "(removed)")
    }
}
