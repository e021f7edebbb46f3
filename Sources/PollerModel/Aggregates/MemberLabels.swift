/// What the members of an aggregate are called in its legend: of their titles what differs, which
/// is the device, or the interface where all are of one device, or both.
enum MemberLabels {
    /// In characters as Unicode counts them (scalars).
    static let longest = 60

    /// What stands between the parts of a title.
    private static let separator = " - "

    /// The members with their labels.
    static func labelled(_ members: [AggregateMember]) -> [AggregateMember] {
        let labels = labels(of: members.map { ($0.title, $0.definition.device.name) })
        var taken: Set<String> = []
        return zip(members, labels).map { member, label in
            var member = member
            member.label = distinct(label, of: member, taken: taken)
            taken.insert(member.label)
            return member
        }
    }

    /// What differs; the whole title where nothing does.
    static func labels(of titles: [(title: String, device: String)]) -> [String] {
        let split = titles.map { parts(of: $0.title, device: $0.device) }
        // What comes behind the parts that all have belongs to the last of them: a part may hold
        // the separator itself.
        let count = split.map(\.count).min() ?? 0
        guard titles.count > 1, count > 0 else { return titles.map { short($0.title) } }
        let rows = split.map { parts in
            parts.prefix(count - 1) + [parts.dropFirst(count - 1).joined(separator: separator)]
        }
        let differing = (0..<count).filter { place in
            rows.contains { $0[place] != rows[0][place] }
        }
        guard !differing.isEmpty else { return titles.map { short($0.title) } }
        return rows.map { row in short(differing.map { row[$0] }.joined(separator: separator)) }
    }

    /// The device's name is one part, whatever it holds.
    private static func parts(of title: String, device: String) -> [String] {
        let beginning = device + separator
        guard title.utf8.starts(with: beginning.utf8) else {
            return title.pieces(between: separator)
        }
        let rest = String(title.utf8.dropFirst(beginning.utf8.count)) ?? ""
        return [device] + rest.pieces(between: separator)
    }

    private static func short(_ label: String) -> String {
        guard label.unicodeScalars.count > longest else { return label }
        return label.cut(toScalars: longest - 1) + "…"
    }

    private static func distinct(
        _ label: String, of member: AggregateMember, taken: Set<String>
    ) -> String {
        guard label.isEmpty || taken.contains(label) else { return label }
        let name = label.isEmpty ? member.definition.device.name : label
        for attempt in 0...taken.count {
            // The id suffices, unless another member is called just like that.
            let suffix = " #\(member.source.id)" + (attempt > 0 ? ".\(attempt)" : "")
            let candidate = name.cut(toScalars: longest - suffix.unicodeScalars.count) + suffix
            if !taken.contains(candidate) { return candidate }
        }
        preconditionFailure("there are more attempts than labels")
    }
}

extension String {
    /// The texts between the places where `separator` stands; at least one.
    ///
    /// By bytes, because titles are cut for each picture.
    fileprivate func pieces(between separator: String) -> [String] {
        let (bytes, wanted) = (Array(utf8), Array(separator.utf8))
        var pieces: [String] = []
        var (start, position) = (0, 0)
        while position + wanted.count <= bytes.count {
            if bytes[position] == wanted[0],
                bytes[position..<(position + wanted.count)].elementsEqual(wanted)
            {
                pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
                position += wanted.count
                start = position
            } else {
                position += 1
            }
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
