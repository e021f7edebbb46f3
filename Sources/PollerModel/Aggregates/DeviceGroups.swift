/// Which devices have a tag or belong to a site, so that a rule need not look at each of ten
/// thousand.
struct DeviceGroups: Sendable {
    private enum Group: Hashable {
        case tag(String)
        case site(String)
    }

    private var devices: [Group: Set<DeviceID>] = [:]

    mutating func insert(_ device: Device) {
        for group in Self.groups(of: device) { devices[group, default: []].insert(device.id) }
    }

    mutating func remove(_ device: Device) {
        for group in Self.groups(of: device) {
            devices[group]?.remove(device.id)
            // Tags come and go; those that nobody has are not kept.
            if devices[group]?.isEmpty == true { devices[group] = nil }
        }
    }

    private static func groups(of device: Device) -> [Group] {
        device.tags.map { .tag($0) } + (device.site.map { [.site($0)] } ?? [])
    }

    /// The devices that a rule may take something of; nil where it may be any.
    func candidates(_ rule: MemberRule) -> Set<DeviceID>? {
        let sets = [
            rule.devices.map { Set($0) }, rule.tag.map { devices[.tag($0)] ?? [] },
            rule.site.map { devices[.site($0)] ?? [] },
        ].compactMap { $0 }
        return sets.min { $0.count < $1.count }
    }
}
