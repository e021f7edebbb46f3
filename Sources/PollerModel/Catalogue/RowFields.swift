/// What a device said about one field of a table's row.
package enum FieldValue: Hashable, Sendable {
    case integer(Int64)
    case text(DeviceText)

    /// The form conditions are compared with and pages show.
    package var text: String {
        switch self {
        case .integer(let value): String(value)
        case .text(let value): value.text
        }
    }

    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .text: nil
        }
    }

    package var isEmpty: Bool {
        switch self {
        case .integer: false
        case .text(let value): value.isEmpty
        }
    }
}

extension FieldValue: Codable {
    package init(from decoder: any Decoder) throws {
        if let integer = try? decoder.singleValueContainer().decode(Int64.self) {
            // The first of the two forms was not it: not a failure, the second follows.
            self = .integer(integer)
        } else {
            self = .text(try DeviceText(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .integer(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .text(let value): try value.encode(to: encoder)
        }
    }
}

/// The known fields of one row, by the names its data query gives them.
package typealias RowFields = [String: FieldValue]
