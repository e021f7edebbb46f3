import PollerModel
import Testing

@Suite struct LoginGuardTests {
    private let start = MonotonicTime(milliseconds: 5_000_000)
    private let ann: AccountName
    private let bob: AccountName

    init() throws {
        ann = try AccountName("ann")
        bob = try AccountName("bob")
    }

    private func at(_ seconds: Int64) -> MonotonicTime {
        start.advanced(milliseconds: seconds * 1_000)
    }

    @Test func `four failures are free, the fifth costs two seconds, each further one twice that`()
    {
        var guarding = LoginGuard()
        for _ in 1...5 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == nil)
        }
        var now: Int64 = 0
        for pause: Int64 in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: at(now)) == pause)
            #expect(
                guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: at(now + pause - 1)) == 1)
            now += pause
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: at(now)) == nil)
        }
    }

    @Test func `whoever waits does not make it worse`() {
        var guarding = LoginGuard()
        for _ in 1...5 { _ = guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) }
        for _ in 1...100 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: at(1)) == 1)
        }
    }

    @Test func `one account is slowed down from everywhere, and no other`() {
        var guarding = LoginGuard()
        for index in 1...5 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.\(index)", at: start) == nil)
        }
        #expect(guarding.pauseSeconds(for: ann, from: "198.51.100.1", at: start) == 2)
        #expect(guarding.pauseSeconds(for: bob, from: "192.0.2.1", at: start) == nil)
    }

    @Test func `one address is slowed down for every account after twenty failures`() throws {
        var guarding = LoginGuard()
        for index in 1...20 {
            let name = try AccountName("user\(index)")
            #expect(guarding.pauseSeconds(for: name, from: "192.0.2.1", at: start) == nil)
        }
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == 2)
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.2", at: start) == nil)
    }

    @Test func `the addresses of one network of IPv6 are one, those in IPv6's clothes are not`()
        throws
    {
        var guarding = LoginGuard()
        for index in 1...20 {
            let name = try AccountName("user\(index)")
            _ = guarding.pauseSeconds(for: name, from: "2001:db8:0:1::\(index)", at: start)
            _ = guarding.pauseSeconds(for: name, from: "::ffff:192.0.2.1", at: at(100_000))
        }
        #expect(guarding.pauseSeconds(for: ann, from: "2001:db8:0:1:ffff::1", at: start) == 2)
        #expect(guarding.pauseSeconds(for: bob, from: "2001:db8:0:2::1", at: start) == nil)
        #expect(guarding.pauseSeconds(for: bob, from: "::ffff:192.0.2.2", at: at(100_000)) == nil)
    }

    @Test func `a success forgives the account, and gives the address its own try back`() throws {
        var guarding = LoginGuard()
        for _ in 1...4 { _ = guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) }
        guarding.succeed(ann, from: "192.0.2.1")
        for _ in 1...5 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.9", at: start) == nil)
        }
        // Three are left of the address.
        for index in 1...17 {
            let name = try AccountName("user\(index)")
            #expect(guarding.pauseSeconds(for: name, from: "192.0.2.1", at: start) == nil)
        }
        #expect(guarding.pauseSeconds(for: bob, from: "192.0.2.1", at: start) == 2)
    }

    @Test func `a try that is given back was none, neither of the account nor of the address`() {
        var guarding = LoginGuard()
        for _ in 1...30 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == nil)
            guarding.giveBack(ann, from: "192.0.2.1")
        }
        for _ in 1...5 {
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == nil)
        }
        // The fifth failure costs a pause, but not when it turns out to be none.
        guarding.giveBack(ann, from: "192.0.2.1")
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == nil)
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == 2)
    }

    @Test func `a success that made its address wait ends that`() throws {
        var guarding = LoginGuard()
        for index in 1...20 {
            let name = try AccountName("user\(index)")
            #expect(guarding.pauseSeconds(for: name, from: "192.0.2.1", at: start) == nil)
        }
        guarding.succeed(try AccountName("user20"), from: "192.0.2.1")
        #expect(guarding.pauseSeconds(for: bob, from: "192.0.2.1", at: start) == nil)
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) == 2)
    }

    @Test func `failures count for an hour, and not a millisecond longer`() {
        for (milliseconds, isFree) in [(3_599_999, false), (3_600_000, true)] as [(Int64, Bool)] {
            var guarding = LoginGuard()
            for _ in 1...4 { _ = guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) }
            let later = start.advanced(milliseconds: milliseconds)
            #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: later) == nil)
            #expect(
                (guarding.pauseSeconds(for: ann, from: "192.0.2.2", at: later) == nil) == isFree)
        }
    }

    @Test func `names of one account in all cases are one`() throws {
        var guarding = LoginGuard()
        for name in ["ann", "Ann", "ANN", "aNN", "anN"] {
            _ = guarding.pauseSeconds(
                for: try AccountName(name), from: "192.0.2.1", at: start)
        }
        #expect(guarding.pauseSeconds(for: ann, from: "192.0.2.2", at: start) == 2)
    }

    @Test func `twenty thousand are remembered, and then the oldest tenth gives way`() throws {
        var guarding = LoginGuard()
        for _ in 1...5 { _ = guarding.pauseSeconds(for: ann, from: "192.0.2.1", at: start) }
        // An account and an address each, beside ann and her address.
        for index in 0..<(LoginGuard.largestCount / 2 - 1) {
            _ = guarding.pauseSeconds(
                for: try AccountName("u\(index)"), from: "10.\(index)", at: at(1))
        }
        #expect(guarding.pauseSeconds(for: ann, from: "198.51.100.1", at: at(1)) == 1)
        _ = guarding.pauseSeconds(for: bob, from: "10.x", at: at(1))
        #expect(guarding.pauseSeconds(for: ann, from: "198.51.100.1", at: at(1)) == nil)
    }

    @Test func `texts that are no tokens are counted for their address alone`() {
        var guarding = LoginGuard()
        for _ in 1...20 { #expect(guarding.pauseSeconds(from: "192.0.2.1", at: start) == nil) }
        #expect(guarding.pauseSeconds(from: "192.0.2.1", at: start) == 2)
        #expect(guarding.pauseSeconds(from: "192.0.2.2", at: start) == nil)
    }
}
