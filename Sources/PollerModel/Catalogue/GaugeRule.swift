/// How a gauge's number is read from what an agent answers.
package struct GaugeRule: Hashable, Sendable {
    /// The number is multiplied by this.
    package var scale = 1.0
    /// A field of the row that multiplies it too (hrStorageAllocationUnits).
    package var scaleField: String?
    /// A 32-bit INTEGER that agents let run over into the negative (hrStorageUsed above 2³¹):
    /// read modulo 2³².
    package var isUnsigned = false
    /// In a text, the first number counts: "45% of maximum" is 45.
    package var readsFirstNumber = false
    /// What stands for which number; anything else is unknown. Empty: numbers are themselves.
    package var map: [String: Double] = [:]
    /// Raw numbers by which the agent says that there is no value.
    package var unknown: [Double] = []
    /// The scaled number is within these, or unknown.
    package var minimum: Double?
    package var maximum: Double?

    package init() {}
}

extension GaugeRule {
    /// The number that `value` stands for, before it is scaled.
    func number(of value: SNMPValue, from object: OID) throws(UnknownReason) -> Double {
        let number: Double
        switch value {
        case .integer(let integer):
            number = isUnsigned && integer < 0 ? Double(integer) + 4_294_967_296 : Double(integer)
        case .counter32(let count), .gauge32(let count), .timeTicks(let count):
            number = Double(count)
        case .counter64(let count): number = Double(count)
        case .float(let float): number = float
        case .octets(let bytes): return try self.number(ofText: bytes, from: object)
        default:
            throw value.isPresent
                ? .wrongType(object: object, got: value.typeName)
                : .absent(object: object, exception: value.typeName)
        }
        guard map.isEmpty else { return try mapped(number.plainText, from: object) }
        return try checked(number, from: object)
    }

    /// Some agents keep numbers in strings ("23.5").
    private func number(ofText bytes: [UInt8], from object: OID) throws(UnknownReason) -> Double {
        let text = DeviceText(bytes: bytes).text
        guard map.isEmpty else { return try mapped(text, from: object) }
        guard let number = readsFirstNumber ? text.firstNumber : Double(text) else {
            throw .notNumeric(object: object, text: text.cut(toScalars: 40))
        }
        return try checked(number, from: object)
    }

    private func mapped(_ text: String, from object: OID) throws(UnknownReason) -> Double {
        guard let number = map[text] ?? map[text.lowercased()] else {
            throw .notNumeric(object: object, text: text.cut(toScalars: 40))
        }
        return number
    }

    private func checked(_ number: Double, from object: OID) throws(UnknownReason) -> Double {
        guard !unknown.contains(number) else {
            throw .notOffered(object: object, value: number)
        }
        return number
    }

    /// The scaled number, if it can be true.
    func bounded(_ number: Double, from object: OID) throws(UnknownReason) -> Double {
        guard number.isFinite else { throw .notFinite(object: object) }
        if let minimum, number < minimum {
            throw .outOfBounds(object: object, value: number, bound: minimum)
        }
        if let maximum, number > maximum {
            throw .outOfBounds(object: object, value: number, bound: maximum)
        }
        return number
    }
}

extension String {
    /// The first decimal number in it, with its sign and fraction.
    var firstNumber: Double? {
        let bytes = Array(utf8)
        let isDigit = { (position: Int) in
            bytes.indices.contains(position) && (0x30...0x39).contains(bytes[position])
        }
        guard let first = bytes.indices.first(where: isDigit) else { return nil }
        var end = first
        while isDigit(end) { end += 1 }
        if end < bytes.count, bytes[end] == UInt8(ascii: "."), isDigit(end + 1) {
            end += 1
            while isDigit(end) { end += 1 }
        }
        let isNegative = first > 0 && bytes[first - 1] == UInt8(ascii: "-")
        return Double(String(decoding: bytes[first..<end], as: UTF8.self)).map {
            isNegative ? -$0 : $0
        }
    }
}
