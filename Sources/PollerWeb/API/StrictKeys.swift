import PollerModel

/// Refuses objects with keys that nobody reads.
enum StrictKeys {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func check<Known: CodingKey & CaseIterable>(
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

    /// The keys of a `DeviceOrder`, and of the user in it.
    static func check(orderIn container: KeyedDecodingContainer<Key>) throws {
        try check(container, has: DeviceOrder.CodingKeys.self)
        if let user = try object(DeviceOrder.CodingKeys.user, in: container) {
            try check(user, has: SNMPUserOrder.CodingKeys.self)
        }
    }

    /// The object of a key; nil where it is missing or null.
    static func object(
        _ key: some CodingKey, in container: KeyedDecodingContainer<Key>
    ) throws -> KeyedDecodingContainer<Key>? {
        let key = Key(stringValue: key.stringValue)
        guard container.contains(key), try !container.decodeNil(forKey: key) else { return nil }
        return try container.nestedContainer(keyedBy: Key.self, forKey: key)
    }
}
