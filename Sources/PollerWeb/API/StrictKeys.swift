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
}
