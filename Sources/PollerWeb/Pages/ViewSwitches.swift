import PollerModel

/// How the pictures of a page are looked at, as parameters of addresses, and the links that change
/// it.
struct ViewSwitches {
    /// Parameters that change how a graph is looked at, in the order in which addresses have them.
    private static let keys = [
        "units", "axis", "base", "compare", "percentile", "capacity", "peaks",
        "events",
    ]

    let chosen: [(key: String, value: String)]

    struct Parameter {
        let key: String
        let value: String
    }

    struct Group {
        let name: String
        let choices: [Choice]
    }

    struct Choice {
        let text: String
        let link: String
        let isCurrent: Bool
    }

    init(_ query: Query) {
        chosen = Self.keys.compactMap { key in query.text(key).map { (key: key, value: $0) } }
    }

    /// As it usually is.
    init() { chosen = [] }

    /// What stands behind other parameters: `&axis=log`.
    var text: String { Self.text(chosen) }

    /// For a form that keeps them.
    var parameters: [Parameter] { chosen.map { Parameter(key: $0.key, value: $0.value) } }

    private static func text(_ parameters: [(key: String, value: String)]) -> String {
        parameters.map { "&\($0.key)=\(URLText.escaped($0.value))" }.joined()
    }

    /// Without a `?` or `&` that nothing follows.
    private static func link(_ base: String, _ text: String) -> String {
        guard base.hasSuffix("?") else { return base + text }
        return text.isEmpty ? String(base.dropLast()) : base + text.dropFirst()
    }

    /// The same with another value of one parameter; nil takes it away.
    private func text(_ key: String, _ value: String?) -> String {
        let rest = chosen.filter { $0.key != key }
        return Self.text(rest + (value.map { [(key: key, value: $0)] } ?? []))
    }

    /// What may be switched.
    ///
    /// - Parameters:
    ///   - unit: that of the template; bits and bytes are offered where it is one of them.
    ///   - hasCapacity: whether anybody knows what the values are a share of.
    ///   - base: the address of the page with its range, which ends in a parameter or a `?`.
    func groups(unit: String?, hasCapacity: Bool, base: String) -> [Group] {
        func group(_ name: String, _ key: String, _ choices: [(String, String?)]) -> Group {
            let now = chosen.first { $0.key == key }?.value
            return Group(
                name: name,
                choices: choices.map { text, value in
                    Choice(
                        text: text, link: Self.link(base, self.text(key, value)),
                        isCurrent: value == now)
                })
        }
        var axes: [(String, String?)] = [("linear", nil), ("logarithmic", "log")]
        if hasCapacity { axes.append(("% of speed", "percent")) }
        var groups = [
            group(
                "Compare with", "compare",
                [("nothing", nil), ("the day before", "day"), ("the week before", "week")]),
            group("Axis", "axis", axes),
            group("95th percentile", "percentile", [("off", nil), ("on", "95")]),
        ]
        if unit == "bits per second" {
            groups.append(group("Units", "units", [("bits", nil), ("bytes", "bytes")]))
        } else if unit == "bytes per second" {
            groups.append(group("Units", "units", [("bytes", nil), ("bits", "bits")]))
        }
        return groups
    }
}
