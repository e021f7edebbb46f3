import PollerModel
import Testing

@testable import PollerSNMP

@Suite struct SecurityVerdictTests {
    private func user(_ level: SNMPUser.Level = .authPriv) throws -> SNMPUser {
        try SNMPUser(
            name: "u",
            authentication: level == .noAuthNoPriv ? nil : .init(.sha256, Secret("longenough")),
            privacy: level == .authPriv ? .init(.aes128, Secret("longenough")) : nil)
    }

    private func news(_ change: (inout SecurityNews) -> Void) -> SecurityNews {
        var news = SecurityNews()
        change(&news)
        return news
    }

    @Test func `each REPORT has its meaning`() throws {
        let user = try user()
        let meanings: [(SecurityNews.Report, SecurityVerdict)] = [
            (.user, .fail(.unknownUser(name: "u"))),
            (.digest, .fail(.wrongAuthentication(.sha256))),
            (.decryption, .fail(.wrongPrivacy(.aes128, isReported: true))),
            (.level, .fail(.levelNotSupported(.authPriv))), (.engineID, .discover),
            (.other(OID([1, 3])), .fail(.reported(object: OID([1, 3])))),
        ]
        for (report, verdict) in meanings {
            let news = news { $0.report = report }
            #expect(SecurityVerdict.of(news, user: user, rounds: 0, isFresh: false) == verdict)
        }
    }

    @Test func `a clock is believed only with a digest, and not for ever`() throws {
        let user = try user()
        let forged = news { $0.report = .timeWindow }
        #expect(SecurityVerdict.of(forged, user: user, rounds: 0, isFresh: false) == .ignore)
        let proven = news { ($0.report, $0.level) = (.timeWindow, .authNoPriv) }
        let behind = news { $0.isClockBehind = true }
        for rounds in 0..<SecurityVerdict.largestRounds {
            #expect(SecurityVerdict.of(proven, user: user, rounds: rounds, isFresh: true) == .ask)
            #expect(
                SecurityVerdict.of(behind, user: user, rounds: rounds, isFresh: true)
                    == .forgetClock)
        }
        for news in [proven, behind] {
            #expect(
                SecurityVerdict.of(
                    news, user: user, rounds: SecurityVerdict.largestRounds, isFresh: true)
                    == .fail(.notInTimeWindow))
        }
    }

    @Test func `another engine is looked for once, and then called changing`() throws {
        let other = news { $0.isOtherEngine = true }
        let user = try user()
        #expect(SecurityVerdict.of(other, user: user, rounds: 0, isFresh: true) == .discover)
        #expect(SecurityVerdict.of(other, user: user, rounds: 1, isFresh: false) == .discover)
        #expect(
            SecurityVerdict.of(other, user: user, rounds: 1, isFresh: true)
                == .fail(.engineChanging))
        // However slowly it changes.
        #expect(
            SecurityVerdict.of(
                other, user: user, rounds: SecurityVerdict.largestRounds, isFresh: false)
                == .fail(.engineChanging))
    }

    @Test func `what is no REPORT and no answer proves nothing`() throws {
        #expect(
            SecurityVerdict.of(SecurityNews(), user: try user(), rounds: 0, isFresh: false)
                == .ignore)
    }
}
