/// All that the head of a round-robin file says, in librrd's words and order (RRDtool manual,
/// rrdinfo).
package struct RoundRobinInfo: Sendable, Hashable {
    package let entries: [Entry]

    /// One line.
    package struct Entry: Sendable, Hashable, Codable {
        /// As in `ds[traffic_in].type`.
        package let key: String
        package let value: Value

        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    package enum Value: Sendable, Hashable {
        /// `printed`: as rrdtool writes it; NaN is unknown.
        case number(Double, printed: String)
        case integer(Int64)
        case text(String)
    }

    package init(entries: [Entry]) { self.entries = entries }

    /// Exactly what `rrdtool info` prints.
    package var text: String {
        entries.map { entry in
            switch entry.value {
            case .number(_, let printed): "\(entry.key) = \(printed)\n"
            case .integer(let number): "\(entry.key) = \(number)\n"
            case .text(let text): "\(entry.key) = \"\(text)\"\n"
            }
        }.joined()
    }
}

/// In JSON: a number, a text, or null for what is unknown. JSON has no infinity: it is a text there.
extension RoundRobinInfo.Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .number(.nan, printed: "NaN")
        } else if let number = try? container.decode(Int64.self) {
            // No failure: of the three forms it is this one.
            self = .integer(number)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number, printed: "\(number)")
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number, _) where number.isNaN: try container.encodeNil()
        case .number(let number, let printed):
            if number.isFinite {
                try container.encode(number)
            } else {
                try container.encode(printed)
            }
        case .integer(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}
