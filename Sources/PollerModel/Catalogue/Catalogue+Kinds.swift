/// Which device templates fit a device.
extension Catalogue {
    /// What has to be asked of a device to know its kind: subtrees, each once, in order.
    package func probes(for system: SystemDescription) -> [OID] {
        let open = deviceTemplates.values.filter { fit(of: $0, system, answering: []) == nil }
        return Set(open.flatMap(\.recognition.probes)).sorted()
    }

    /// The kind of a device; nil only when no template fits every device.
    ///
    /// - Parameter answers: those of `probes(for:)` below which the device has something.
    package func kind(
        of system: SystemDescription, answering answers: Set<OID> = []
    ) -> DeviceKind? {
        let fitting = deviceTemplates.values.compactMap { template in
            fit(of: template, system, answering: answers).map { (template: template, fit: $0) }
        }
        return Self.kind(fitting)
    }

    /// The kind of a device for which somebody chose a template.
    package func kind(chosen template: DeviceTemplate) -> DeviceKind {
        DeviceKind([template] + forEveryDevice.filter { $0.name != template.name })
    }

    /// The kind of a device as it was kept, by names, best first, and what fits every device; nil
    /// when nothing is left of that.
    package func kind(named names: [String]) -> DeviceKind? {
        let known = names.compactMap { deviceTemplates[$0] }
        let all = known + forEveryDevice.filter { !names.contains($0.name) }
        return all.isEmpty ? nil : DeviceKind(all)
    }

    private var forEveryDevice: [DeviceTemplate] {
        deviceTemplates.values.filter(\.recognition.isEveryDevice).sorted { $0.name < $1.name }
    }

    private static func kind(
        _ fitting: [(template: DeviceTemplate, fit: DeviceFit)]
    ) -> DeviceKind? {
        let sorted = fitting.sorted { left, right in
            if left.fit != right.fit { return left.fit > right.fit }
            return left.template.name < right.template.name
        }
        return sorted.isEmpty ? nil : DeviceKind(sorted.map(\.template))
    }

    /// The enterprise of net-snmp, whose agent runs in devices of all vendors.
    private static let netSNMP = OID([1, 3, 6, 1, 4, 1, 8072])

    private func fit(
        of template: DeviceTemplate, _ system: SystemDescription, answering answers: Set<OID>
    ) -> DeviceFit? {
        let recognition = template.recognition
        if recognition.isEveryDevice { return .everyDevice }
        let arcs = recognition.objectIDPrefixes.filter { system.objectID?.hasPrefix($0) ?? false }
            .map(\.arcs.count).max()
        if let arcs {
            let isGeneric = system.objectID?.hasPrefix(Self.netSNMP) ?? false
            return isGeneric ? .agent : .objectID(arcs: arcs)
        }
        if let text = system.description?.text,
            recognition.descriptions.contains(where: { $0.matches(text) })
        {
            return .description
        }
        return answers.intersection(recognition.probes).map(\.arcs.count).max().map {
            .probe(arcs: $0)
        }
    }
}
