import PollerModel

/// An order of which every key is known: a misspelt one would change nothing, or make another user
/// of the one that was meant, and say nothing.
struct StrictOrder: Decodable {
    let order: DeviceOrder

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        try Self.check(container, has: DeviceOrder.CodingKeys.self)
        let user = Key(stringValue: DeviceOrder.CodingKeys.user.stringValue)
        if container.contains(user), try !container.decodeNil(forKey: user) {
            try Self.check(
                container.nestedContainer(keyedBy: Key.self, forKey: user),
                has: SNMPUserOrder.CodingKeys.self)
        }
        order = try DeviceOrder(from: decoder)
    }

    private static func check<Known: CodingKey & CaseIterable>(
        _ container: KeyedDecodingContainer<Key>, has: Known.Type
    ) throws {
        for key in container.allKeys where Known(stringValue: key.stringValue) == nil {
            let known = Known.allCases.map { JSONAnswer.snakeCase($0.stringValue) }
            let name = JSONAnswer.snakeCase(key.stringValue)
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: container.codingPath + [key],
                    debugDescription: "there is no such key"
                        + Suggestion.phrase(for: name, among: known)))
        }
    }
}
