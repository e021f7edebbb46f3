/// What resolving the names of devices told.
extension HostFacts {
    /// Milliseconds beyond which the name of a device resolves slowly.
    package static let slowLookupMilliseconds: Int64 = 1_000
    /// Names in one finding.
    private static let shownNames = 5

    var nameFindings: [Finding] {
        guard let names else { return [] }
        var found: [Finding] = []
        let rest =
            names.notLookedUp == 0
            ? "" : "; \(names.notLookedUp) more names were not looked up, for it took too long"
        if !names.failures.isEmpty {
            let words = Set(names.failures.values).sorted().joined(separator: "; ")
            found.append(
                Finding(
                    names.hasServer ? .namesFailing : .namesUnresolvable,
                    place: Self.listed(names.failures.keys.sorted()),
                    what: (names.hasServer
                        ? "cannot be resolved: \(words)"
                        : "cannot be resolved, for this machine has no name server") + rest,
                    fix: names.hasServer
                        ? "see what the resolver says (getent ahosts NAME), or give the devices "
                            + "addresses: pollerctl device edit NAME --host ADDRESS"
                        : "name one in /etc/resolv.conf, or the devices in /etc/hosts"))
        }
        if !names.slow.isEmpty {
            let slowest = names.slow.values.max() ?? 0
            found.append(
                Finding(
                    .namesSlow, place: Self.listed(names.slow.keys.sorted()),
                    what: "takes \(slowest) ms or more to resolve" + rest,
                    fix: "see which name server does not answer (/etc/resolv.conf), or give the "
                        + "devices addresses: pollerctl device edit NAME --host ADDRESS"))
        }
        if found.isEmpty, names.notLookedUp > 0 {
            found.append(
                Finding(
                    .namesSlow, place: "names of devices",
                    what: "\(names.notLookedUp) were not looked up, for it took too long",
                    fix: "see which name server is slow (/etc/resolv.conf), or give the devices "
                        + "addresses: pollerctl device edit NAME --host ADDRESS"))
        }
        return found
    }

    private static func listed(_ names: [String]) -> String {
        let rest = names.count - shownNames
        return names.prefix(shownNames).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }
}
