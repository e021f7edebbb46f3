/// Takes out of texts what others are not to read: secrets always, and names and addresses, in whose
/// place the same pseudonym stands wherever they were.
package struct Scrubber: Sendable {
    /// What stands in place of a secret.
    package static let removed = "(removed)"
    /// Shorter names are too much like any other text.
    private static let shortestName = 2
    /// Secrets of so many bytes are taken out inside words too.
    private static let shortestInWords = 6
    /// By this many bytes at its beginning a text is looked for.
    private static let keyBytes = 3

    private struct Entry {
        let bytes: [UInt8]
        let pseudonym: [UInt8]
        let isSecret: Bool
    }

    private var entries: [UInt32: [Entry]] = [:]
    private var addresses: [String: String] = [:]
    private let keepsNames: Bool

    /// How many were taken out.
    package struct Count: Sendable, Hashable {
        package var secrets = 0
        package var names = 0
    }

    /// - Parameter keepsNames: whether only secrets are taken out.
    package init(keepsNames: Bool) { self.keepsNames = keepsNames }

    package mutating func add(name: String, pseudonym: String) {
        guard !keepsNames, name.utf8.count >= Self.shortestName else { return }
        let address = IPAddress(name)
        if let address, Self.isOwn(address) { return }
        for form in Self.forms(name) {
            insert(Entry(bytes: form, pseudonym: Array(pseudonym.utf8), isSecret: false))
        }
        // An address is found in each of its forms.
        if let address { addresses[address.description] = pseudonym }
    }

    package mutating func add(_ secret: Secret) {
        secret.withExposedValue { text in
            guard text.utf8.count >= Self.shortestName else { return }
            for form in Self.forms(text) {
                insert(Entry(bytes: form, pseudonym: Array(Self.removed.utf8), isSecret: true))
            }
        }
    }

    private mutating func insert(_ entry: Entry) {
        let key = Self.key(entry.bytes[...])
        var list = entries[key] ?? []
        guard !list.contains(where: { $0.bytes == entry.bytes && $0.isSecret == entry.isSecret })
        else { return }
        // Secrets first, then the longest: a name may hold another one.
        let place = list.firstIndex { other in
            (entry.isSecret && !other.isSecret)
                || (entry.isSecret == other.isSecret && entry.bytes.count > other.bytes.count)
        }
        list.insert(entry, at: place ?? list.endIndex)
        entries[key] = list
    }

    /// As it is, and as JSON has it where that is another text.
    private static func forms(_ text: String) -> Set<[UInt8]> {
        var escaped: [UInt8] = []
        var slashed: [UInt8] = []
        for byte in text.utf8 {
            let needs = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            if needs { escaped.append(UInt8(ascii: "\\")) }
            if needs || byte == UInt8(ascii: "/") { slashed.append(UInt8(ascii: "\\")) }
            escaped.append(byte)
            slashed.append(byte)
        }
        return [Array(text.utf8), escaped, slashed]
    }

    // MARK: Texts

    /// The text without them.
    package mutating func scrub(_ text: String) -> (text: String, count: Count) {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var count = Count()
        var index = 0
        while index < bytes.count {
            let begins = index == 0 || !Self.isWord(bytes[index - 1]) || !Self.isWord(bytes[index])
            if let entry = entry(in: bytes, at: index, begins: begins) {
                result += entry.pseudonym
                index += entry.bytes.count
                if entry.isSecret { count.secrets += 1 } else { count.names += 1 }
            } else if begins, !keepsNames, index == 0 || bytes[index - 1] != UInt8(ascii: "."),
                let found = address(in: bytes, at: index)
            {
                result += found.pseudonym.utf8
                index += found.length
                count.names += 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return (String(decoding: result, as: UTF8.self), count)
    }

    private func entry(in bytes: [UInt8], at index: Int, begins: Bool) -> Entry? {
        for length in stride(from: min(Self.keyBytes, bytes.count - index), through: 1, by: -1) {
            guard let list = entries[Self.key(bytes[index..<(index + length)])] else { continue }
            for entry in list where Self.fits(entry, bytes, index, begins) { return entry }
        }
        return nil
    }

    private static func fits(
        _ entry: Entry, _ bytes: [UInt8], _ index: Int, _ begins: Bool
    ) -> Bool {
        let end = index + entry.bytes.count
        guard end <= bytes.count else { return false }
        let isAnywhere = entry.isSecret && entry.bytes.count >= shortestInWords
        if !isAnywhere {
            guard begins else { return false }
            if end < bytes.count, isWord(bytes[end]), isWord(bytes[end - 1]) { return false }
        }
        // Of secrets the case counts; host names have none.
        return entry.bytes.indices.allSatisfy { offset in
            let (left, right) = (entry.bytes[offset], bytes[index + offset])
            return left == right || (!entry.isSecret && lowered(left) == lowered(right))
        }
    }

    /// The first bytes, without their case, and how many they are.
    private static func key(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let first = bytes.prefix(keyBytes)
        return first.reduce(UInt32(first.count)) { $0 << 8 | UInt32(lowered($1)) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Bytes beyond ASCII are of letters.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...:
            true
        default: false
        }
    }

    // MARK: Addresses

    /// An IP or MAC address that begins here, and its pseudonym.
    private mutating func address(
        in bytes: [UInt8], at index: Int
    ) -> (pseudonym: String, length: Int)? {
        guard Self.isOfAddress(bytes[index]) else { return nil }
        var end = index
        // Longer runs are no addresses.
        while end < bytes.count, end - index < Self.longestAddress, Self.isOfAddress(bytes[end]) {
            end += 1
        }
        guard end == bytes.count || !Self.isWord(bytes[end]) else { return nil }
        // A dot at the end of a sentence, or a port.
        while end > index,
            bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: ":")
        {
            end -= 1
        }
        for end in [end, Self.beforePort(bytes[index..<end])] {
            let text = String(decoding: bytes[index..<end], as: UTF8.self)
            if let pseudonym = pseudonym(ofAddress: text) { return (pseudonym, end - index) }
        }
        return nil
    }

    /// Of an IPv6 address with an IPv4 one in it (RFC 4291 §2.2), and a port.
    private static let longestAddress = 52

    private static func beforePort(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.lastIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private mutating func pseudonym(ofAddress text: String) -> String? {
        if let address = IPAddress(text) {
            guard !Self.isOwn(address) else { return nil }
            return known(address.description, "address")
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 && !$0.contains(".") }) else {
            return nil
        }
        return known(text.lowercased(), "mac")
    }

    /// This machine itself, as every machine calls itself, and all addresses.
    private static func isOwn(_ address: IPAddress) -> Bool {
        address.bytes.dropLast().allSatisfy { $0 == 0 }
            || (address.isV4 && address.bytes.first == 127)
    }

    private mutating func known(_ text: String, _ kind: String) -> String {
        if let known = addresses[text] { return known }
        let pseudonym = "\(kind)-\(addresses.count + 1)"
        addresses[text] = pseudonym
        return pseudonym
    }
}
