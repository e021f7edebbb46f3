/// An object and its value as a walk shows them.
package struct WalkedObject: Sendable, Hashable, Codable {
    /// A value as JSON has it.
    package enum Value: Sendable, Hashable {
        case integer(Int64)
        case unsigned(UInt64)
        case text(String)
        /// `{"hex": …}`: not printable, or not UTF-8.
        case bytes([UInt8])
    }

    package let oid: OID
    /// As the standards write it: “OCTET STRING”, “Counter64”.
    package let type: String
    package let value: Value

    package init(_ object: VarBind) {
        oid = object.oid
        type = object.value.typeName
        value = Value(object.value)
    }

    /// `1.3.6.1.2.1.1.5.0 = OCTET STRING: sw1`, without a control character.
    package var line: String { "\(oid) = \(type): \(value.shown)" }
}

extension WalkedObject.Value {
    init(_ value: SNMPValue) {
        self =
            switch value {
            case .integer(let number): .integer(number)
            case .counter32(let number), .gauge32(let number), .timeTicks(let number):
                .integer(Int64(number))
            case .counter64(let number): .unsigned(number)
            case .octets(let bytes): Self.exact(bytes)
            case .opaque(let bytes): .bytes(bytes)
            case .ipAddress(let bytes):
                bytes.count == 4
                    ? .text(bytes.map(String.init).joined(separator: ".")) : .bytes(bytes)
            case .oid(let oid): .text(oid.description)
            // JSON has no infinity.
            case .float(let number): .text("\(number)")
            case .null, .noSuchObject, .noSuchInstance, .endOfMibView: .text("")
            }
    }

    /// The text where the bytes are exactly that.
    private static func exact(_ bytes: [UInt8]) -> Self {
        let text = DeviceText.printable(bytes)
        return Array(text.utf8) == bytes ? .text(text) : .bytes(bytes)
    }

    /// For eyes. Bytes are text where they are UTF-8 with nothing but line ends, outer blanks and
    /// NULs at the end to make them unprintable, as many descriptions are.
    package var shown: String {
        switch self {
        case .integer(let number): return "\(number)"
        case .unsigned(let number): return "\(number)"
        case .text(let text): return text
        case .bytes(let bytes):
            // A NUL at the end is of the C string it was.
            let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
            let text = String(decoding: bytes[..<end], as: UTF8.self)
            let isText = text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0 != "\u{fffd}" && !(0x7f...0x9f).contains($0.value)
                    || ["\n", "\r", "\t"].contains($0)
            }
            return isText && !text.isEmpty
                ? DeviceText.printable(bytes) : "0x" + Hexadecimal.text(bytes)
        }
    }
}

extension WalkedObject.Value: Codable {
    private enum CodingKeys: String, CodingKey { case hex }

    package init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        // Of these forms it is the first that fits: what does not is no failure.
        if let number = try? single.decode(Int64.self) {
            self = .integer(number)
        } else if let number = try? single.decode(UInt64.self) {
            self = .unsigned(number)
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let digits = try container.decode(String.self, forKey: .hex)
            guard let bytes = Hexadecimal.bytes(digits) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .hex, in: container, debugDescription: "it is not hexadecimal")
            }
            self = .bytes(bytes)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .integer(let number): try Self.encode(number, to: encoder)
        case .unsigned(let number): try Self.encode(number, to: encoder)
        case .text(let text): try Self.encode(text, to: encoder)
        case .bytes(let bytes):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Hexadecimal.text(bytes), forKey: .hex)
        }
    }

    private static func encode(_ value: some Encodable, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
