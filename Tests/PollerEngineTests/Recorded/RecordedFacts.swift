import Foundation
import PollerModel
import TestSupport

/// What a recording of a device is known to hold, as computed from the recording alone.
struct RecordedFacts {
    typealias Entry = [String: Any]

    let name: String
    private let root: Entry

    /// Names of all recordings that have facts.
    static func names(in shared: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(shared)/devices/expected")
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    init(_ name: String, in shared: String) throws {
        self.name = name
        let data = try Data(contentsOf: URL(filePath: "\(shared)/devices/expected/\(name).json"))
        root = try JSONSerialization.jsonObject(with: data) as? Entry ?? [:]
    }

    func entry(_ keys: String...) -> Entry { Self.value(root, keys) as? Entry ?? [:] }
    func list(_ keys: String...) -> [Entry] { Self.value(root, keys) as? [Entry] ?? [] }

    private static func value(_ root: Any, _ keys: [String]) -> Any? {
        keys.reduce(root as Any?) { ($0 as? Entry)?[$1] }
    }

    /// The octets of a text: as it stands, or in hexadecimal where it is not UTF-8.
    static func octets(_ value: Any?) -> [UInt8]? {
        if let text = value as? String { return Array(text.utf8) }
        guard let digits = (value as? Entry)?["hex"] as? String else { return nil }
        let pairs = Array(digits.utf8)
        return stride(from: 0, to: pairs.count - 1, by: 2).compactMap {
            UInt8(String(decoding: pairs[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    static func number(_ value: Any?) -> Double? {
        // Booleans are numbers to Foundation.
        (value as? NSNumber).map(\.doubleValue)
    }

    /// A number, or numbers with dots.
    static func index(_ value: Any?) -> [UInt32]? {
        if let number = value as? NSNumber { return [number.uint32Value] }
        return (value as? String).flatMap { OID($0) }?.arcs
    }
}
