/// Which graphs an aggregate takes by itself, now and later: those of its template for which all
/// that is given holds.
package struct MemberRule: Sendable, Hashable, Codable {
    /// Devices that are named.
    package static let largestDeviceCount = 1_000

    package var devices: [DeviceID]?
    /// What the device is called.
    package var nameLike: Glob?
    package var tag: String?
    package var site: String?
    /// Name of one of the device templates that fit the device.
    package var deviceTemplate: String?
    /// What the graph is called.
    package var titleLike: Glob?

    /// All there are: a rule with another one would take graphs that were not meant.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case devices, nameLike, tag, site, deviceTemplate, titleLike
    }

    /// Every graph of the template, until something is given.
    package init() {}

    package var isEmpty: Bool { self == MemberRule() }

    /// Whether a graph of this title, of the aggregate's template, is a member.
    package func matches(title: String, of device: Device) -> Bool {
        matches(device) && matches(title: title)
    }

    /// As far as it is about devices.
    package func matches(_ device: Device) -> Bool {
        // What is compared fast comes first.
        (devices?.contains(device.id) ?? true)
            && (site == nil || device.site == site)
            && (tag.map { device.tags.contains($0) } ?? true)
            && (deviceTemplate.map { isOfTemplate($0, device) } ?? true)
            && (nameLike?.matches(device.name) ?? true)
    }

    private func isOfTemplate(_ name: String, _ device: Device) -> Bool {
        device.template == name || device.otherTemplates.contains(name)
    }

    /// As far as it is about graphs.
    func matches(title: String) -> Bool { titleLike?.matches(title) ?? true }

    /// In words, for people: “devices tagged core, title like *uplink*”.
    package var words: String {
        let parts = [
            devices.map { "devices " + $0.map(\.description).joined(separator: ", ") },
            nameLike.map { "device name like \($0.text)" }, tag.map { "tag \($0)" },
            site.map { "site \($0)" }, deviceTemplate.map { "device template \($0)" },
            titleLike.map { "title like \($0.text)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "all" : parts.joined(separator: "; ")
    }
}
