/// Slows down whoever tries passwords: after some failures each further one costs a pause, twice
/// as long each time. Failures are counted for each account and for each address, so that neither
/// one account can be tried from everywhere, nor every account from one place. They are
/// forgotten after a while, and when the daemon starts.
package struct LoginGuard: Sendable {
    /// Failures before the first pause: of an account, and of an address, behind which there may
    /// be a whole office.
    package static let freeFailures = (account: 5, address: 20)
    package static let shortestPauseSeconds: Int64 = 2
    package static let longestPauseSeconds: Int64 = 900
    /// Failures older than this do not count.
    package static let memorySeconds: Int64 = 3_600
    /// Accounts and addresses that are remembered; the oldest give way.
    package static let largestCount = 20_000

    private enum Subject: Hashable {
        case account(String)
        case address(String)
    }

    private struct Failures {
        var count = 0
        var lastAt: MonotonicTime
        var lockedUntil: MonotonicTime
        /// What `lockedUntil` was before the newest try.
        var lockedBefore: MonotonicTime
    }

    private var failures: [Subject: Failures] = [:]

    package init() {}

    /// How long nobody may try yet; nil when he may. Who may try has taken the try: tries at the
    /// same time count as one after the other.
    package mutating func pauseSeconds(
        for name: AccountName, from address: String, at now: MonotonicTime
    ) -> Int64? {
        pauseSeconds(
            for: [.account(name.folded), .address(Self.network(of: address))], at: now)
    }

    /// The same for what has no name: a text that is no token.
    package mutating func pauseSeconds(from address: String, at now: MonotonicTime) -> Int64? {
        pauseSeconds(for: [.address(Self.network(of: address))], at: now)
    }

    private mutating func pauseSeconds(
        for subjects: [Subject], at now: MonotonicTime
    ) -> Int64? {
        let pauses = subjects.compactMap { subject -> Int64? in
            guard let known = failures[subject], now < known.lockedUntil else { return nil }
            return (known.lockedUntil.milliseconds - now.milliseconds + 999) / 1_000
        }
        if let pause = pauses.max() { return pause }
        for subject in subjects { fail(subject, at: now) }
        return nil
    }

    /// The try succeeded: the account is as if nothing had been, and the address gets it back.
    package mutating func succeed(_ name: AccountName, from address: String) {
        failures[.account(name.folded)] = nil
        giveBack(.address(Self.network(of: address)))
    }

    /// The newest try was no failure, and no log-in yet: account and address are as before it.
    package mutating func giveBack(_ name: AccountName, from address: String) {
        giveBack(.account(name.folded))
        giveBack(.address(Self.network(of: address)))
    }

    private mutating func giveBack(_ subject: Subject) {
        guard var known = failures[subject] else { return }
        known.count -= 1
        // Whoever took a try was not locked out: this one alone has made him wait.
        known.lockedUntil = known.lockedBefore
        failures[subject] = known.count > 0 ? known : nil
    }

    /// Whoever has one address of IPv6 has the 2^64 of its network. Addresses of IPv4 in the clothes
    /// of IPv6 (`::ffff:192.0.2.1`) have zeros in front.
    private static func network(of address: String) -> String {
        guard let known = IPAddress(address), !known.isV4, known.high != 0 else { return address }
        return "\(IPAddress(v6High: known.high, low: 0))/64"
    }

    private mutating func fail(_ subject: Subject, at now: MonotonicTime) {
        var known =
            failures[subject].flatMap {
                now.milliseconds - $0.lastAt.milliseconds < Self.memorySeconds * 1_000 ? $0 : nil
            } ?? Failures(lastAt: now, lockedUntil: now, lockedBefore: now)
        known.count += 1
        known.lastAt = now
        known.lockedBefore = known.lockedUntil
        let free: Int
        switch subject {
        case .account: free = Self.freeFailures.account
        case .address: free = Self.freeFailures.address
        }
        if known.count >= free {
            let doublings = min(known.count - free, 20)
            let pause = min(Self.shortestPauseSeconds << doublings, Self.longestPauseSeconds)
            known.lockedUntil = now.advanced(milliseconds: pause * 1_000)
        }
        failures[subject] = known
        if failures.count > Self.largestCount { forgetOldest() }
    }

    private mutating func forgetOldest() {
        let byAge = failures.sorted { $0.value.lastAt < $1.value.lastAt }
        for (subject, _) in byAge.prefix(Self.largestCount / 10) { failures[subject] = nil }
    }
}
