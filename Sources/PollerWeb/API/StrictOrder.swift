import PollerModel

/// An order of which every key is known: a misspelt one would change nothing, and say nothing.
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
        for key in container.allKeys
        where DeviceOrder.CodingKeys(stringValue: key.stringValue) == nil {
            let known = DeviceOrder.CodingKeys.allCases.map {
                JSONAnswer.snakeCase($0.stringValue)
            }
            let name = JSONAnswer.snakeCase(key.stringValue)
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: [key],
                    debugDescription: "there is no such key"
                        + Suggestion.phrase(for: name, among: known)))
        }
        order = try DeviceOrder(from: decoder)
    }
}
