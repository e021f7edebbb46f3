/// Where the round-robin file of a data source lies below the state folder: `rrd/7/42.rrd`. What is
/// read from a text is this and nothing else, so that no order leads to another file.
package struct ArchivePlace: Hashable, Sendable, CustomStringConvertible {
    package let device: DeviceID
    package let source: DataSourceID

    package init(device: DeviceID, source: DataSourceID) {
        self.device = device
        self.source = source
    }

    /// nil unless the text is exactly such a path.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let device = DeviceID(text: parts[1]),
            parts[2].hasSuffix(Self.suffix),
            let source = DataSourceID(text: parts[2].dropLast(Self.suffix.count))
        else { return nil }
        self.init(device: device, source: source)
        // Zeros in front would be another name of the same file.
        guard description == text else { return nil }
    }

    private static let suffix = ".rrd"

    package var description: String { "rrd/\(device)/\(source)\(Self.suffix)" }
}

extension Definitions {
    /// Whether a file at this place, relative to the state folder, is that of a data source.
    package func isKnown(_ place: String) -> Bool {
        guard let place = ArchivePlace(place), let found = dataSource(place.source) else {
            return false
        }
        return found.source.device == place.device
    }
}

extension Event.Subject {
    /// The data source whose file lies at this place, relative to the state folder.
    package static func ofFile(_ place: String) -> Event.Subject {
        ArchivePlace(place).map { .source($0.source, of: $0.device) } ?? .none
    }
}
