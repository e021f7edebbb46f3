import PollerModel

extension TableEvent {
    /// The spellings of `Faults.set`, with what they mean, for help texts.
    static let keys: [(key: String, meaning: String)] = [
        ("renumber=SECONDS", "interfaces have each other's index from then on"),
        ("table-change=SECONDS", "ifTableLastChange says that it was then"),
        ("rename=SECONDS", "another ifName"),
        ("redescribe=SECONDS", "another ifDescr"),
        ("same-names=SECONDS", "ifName, ifDescr and ifAlias the same for all"),
        ("swap-card=SECONDS", "another hardware address, counters from zero"),
        ("reset=SECONDS", "counters from zero, without a restart"),
        ("discontinuity=SECONDS", "ifCounterDiscontinuityTime says that it was then"),
        ("jump=SECONDS/N", "octet counters jump by N"),
        ("speed=SECONDS/N", "another speed, in Mbit/s"),
        ("busy=SECONDS/N", "counters grow N times as fast"),
        ("vanish=SECONDS", "in no table"),
        ("come-back=SECONDS", "there again, counters from zero"),
    ]
    /// So that a counter does not pass all its numbers between two polls.
    private static let largestFactor: UInt64 = 1_000_000

    /// Reads `T`, `T/N`, and either with `@INDEX` for one interface; nil when it is no event's key.
    init?(key: String, value: String?) throws(Faults.Mistake) {
        guard let spelling = Self.keys.first(where: { $0.key.hasPrefix("\(key)=") })?.key else {
            return nil
        }
        let needsNumber = spelling.hasSuffix("/N")
        let wrong = Faults.Mistake(
            words:
                "\(key) takes seconds\(needsNumber ? ", a slash and a number" : ""), for example "
                + "\(key)=60\(needsNumber ? "/100" : ""), or with @2 for the interface 2 alone")
        let places = (value ?? "").split(separator: "@", omittingEmptySubsequences: false)
        let parts = (places.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard places.count <= 2, parts.count == (needsNumber ? 2 : 1),
            let seconds = parts.first.flatMap({ Int64($0) }), (0...1_000_000_000).contains(seconds)
        else { throw wrong }
        var index: UInt32?
        if places.count == 2 {
            guard let number = UInt32(places[1]) else { throw wrong }
            index = number
        }
        var number: UInt64 = 0
        if needsNumber {
            guard let read = UInt64(parts[1]) else { throw wrong }
            number = read
        }
        guard let kind = Self.kind(key, number) else { throw wrong }
        self.init(kind, at: seconds, index: index)
    }

    private static func kind(_ key: String, _ number: UInt64) -> Kind? {
        switch key {
        case "renumber": .renumber
        case "table-change": .tableChange
        case "rename": .rename
        case "redescribe": .redescribe
        case "same-names": .sameNames
        case "swap-card": .swapCard
        case "reset": .reset
        case "discontinuity": .discontinuity
        case "jump": .jump(number)
        case "speed": .speed(number)
        case "busy": number <= largestFactor ? .busy(number) : nil
        case "vanish": .vanish
        case "come-back": .comeBack
        default: nil
        }
    }
}
