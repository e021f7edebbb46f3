import PollerModel

/// The order of a list as its address says it: `?sort=name&order=desc`.
struct ListOrder<Key: RawRepresentable<String> & CaseIterable & Hashable> {
    let key: Key
    let isDescending: Bool
    private let standard: Key

    /// The heading of a column; a link that sorts by it, or turns the order round.
    struct Heading {
        let title: String
        let link: String
        let isNumber: Bool
        let isSortable: Bool
        /// `ascending` or `descending`; nil where the list is not in its order.
        let direction: String?
        let arrow: String?
    }

    /// - Parameter standard: by which a list is sorted when its address does not say.
    init(_ query: Query, standard: Key) throws(WebProblem) {
        self.standard = standard
        let word = query.text("sort")
        guard let word else {
            key = standard
            isDescending = query.text("order") == "desc"
            return
        }
        guard let key = Key(rawValue: word) else {
            let known = Key.allCases.map(\.rawValue)
            throw .badRequest(
                "the list has no column “\(DeviceText(word).text)”"
                    + Suggestion.phrase(for: word, among: known),
                fix: "sort by one of \(known.joined(separator: ", "))")
        }
        self.key = key
        isDescending = query.text("order") == "desc"
    }

    /// For the addresses of other pages of the list; empty texts are left out there.
    var parameters: [(String, String)] {
        key == standard && !isDescending
            ? [] : [("sort", key.rawValue), ("order", isDescending ? "desc" : "")]
    }

    /// - Parameters:
    ///   - columns: a key of nil is a column by which nothing is sorted; what `isLargestFirst` is
    ///     sorted downwards at the first click.
    ///   - parameters: what else the address holds.
    func headings(
        _ columns: [(key: Key?, title: String, isNumber: Bool)], path: String,
        parameters: [(String, String)]
    ) -> [Heading] {
        columns.map { column in
            guard let wanted = column.key else {
                return Heading(
                    title: column.title, link: "", isNumber: column.isNumber, isSortable: false,
                    direction: nil, arrow: nil)
            }
            let isCurrent = wanted == key
            let turnsDown = isCurrent ? !isDescending : column.isNumber
            return Heading(
                title: column.title,
                link: URLText.address(
                    path,
                    parameters + [
                        ("sort", wanted.rawValue), ("order", turnsDown ? "desc" : ""),
                    ]),
                isNumber: column.isNumber, isSortable: true,
                direction: isCurrent ? (isDescending ? "descending" : "ascending") : nil,
                arrow: isCurrent ? (isDescending ? "▼" : "▲") : nil)
        }
    }

    /// Sorts by a value, which may be missing: what has none is last in either order.
    func sorted<Element, Value: Comparable>(
        _ elements: [Element], by value: (Element) -> Value?
    ) -> [Element] {
        let keyed = elements.enumerated().map { ($0.offset, value($0.element), $0.element) }
        return keyed.sorted { first, second in
            switch (first.1, second.1) {
            case (nil, nil): first.0 < second.0
            case (nil, _): false
            case (_, nil): true
            case (let one?, let other?) where one == other: first.0 < second.0
            case (let one?, let other?): isDescending ? one > other : one < other
            }
        }.map(\.2)
    }
}

extension URLText {
    /// A path with its query; parameters without a text are left out.
    static func address(_ path: String, _ parameters: [(String, String)]) -> String {
        let pairs = parameters.filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(escaped($0.1))" }
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }
}
