/// The identity of one `Subject` in the inventory: a positive number that is never reused.
package struct Identifier<Subject>: Hashable, Sendable {
    package let rawValue: Int64

    package init(_ rawValue: Int64) { self.rawValue = rawValue }

    // Inlined, because every sample is looked for by its identity more than once.

    @inlinable package static func == (left: Self, right: Self) -> Bool {
        left.rawValue == right.rawValue
    }

    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// Reads the decimal form that URLs and commands use; nil unless it is a positive `Int64`.
    package init?(text: some StringProtocol) {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int64(text), value > 0
        else { return nil }
        rawValue = value
    }
}

extension Identifier: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Identifier: CustomStringConvertible {
    package var description: String { String(rawValue) }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

package typealias DeviceID = Identifier<Device>
package typealias QueryRowID = Identifier<QueryRow>
package typealias DataSourceID = Identifier<DataSource>
package typealias GraphID = Identifier<Graph>
package typealias RemapID = Identifier<Remap>
