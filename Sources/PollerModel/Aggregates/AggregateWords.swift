/// What people are told of an aggregate.
extension Aggregate {
    /// In one line: “Sum of 12 data sources drawn by interface_traffic, mirrored; members: tag core”.
    package func words(memberCount: Int) -> String {
        let what =
            switch arrangement {
            case .sum: "Sum"
            case .stack: "Stack"
            case .average: "Average"
            case .overlay: "Overlay"
            }
        let sources = memberCount == 1 ? "1 data source" : "\(memberCount) data sources"
        let manners = [
            isMirrored ? "mirrored" : nil, total ? "with the total" : nil,
            skipped.isEmpty ? nil : "without \(skipped.joined(separator: ", "))",
            unknowns == .known ? "of what is known" : nil,
        ].compactMap { $0 }
        return "\(what) of \(sources), drawn by \(template)"
            + manners.map { ", \($0)" }.joined()
            + (membersWords.map { "; members: \($0)" } ?? "")
    }

    private var membersWords: String? {
        if case .rule(let rule) = members { rule.words } else { nil }
    }
}

extension AggregateMembers {
    /// What is not drawn though it is meant; nil when that is nothing.
    package var lack: String? {
        let limit = Aggregate.largestMemberCount
        let parts = [
            leftOut > 0
                ? "the rule takes \(members.count + leftOut); the first \(limit) are drawn, and "
                    + "\(leftOut) are left out" : nil,
            missing.isEmpty
                ? nil
                : "not there, or not drawn by this template: data source "
                    + missing.map(\.description).joined(separator: ", "),
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
