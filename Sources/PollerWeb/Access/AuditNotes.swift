import PollerModel

/// What the audit log says of devices and graphs: what people are shown of them, and so no secret.
extension AuditTrail {
    func note(
        changed device: Device, _ differences: [DeviceDifference]
    ) {
        guard !differences.isEmpty else { return }
        note(
            object: device.words,
            before: Dictionary(
                differences.map { ($0.property, $0.before) },
                uniquingKeysWith: { first, _ in first }),
            after: Dictionary(
                differences.map { ($0.property, $0.after) }, uniquingKeysWith: { first, _ in first }
            ))
    }

    func note(_ result: DeviceResult, _ action: DeviceBatchOrder.Action) {
        note(
            object: "device \(result.deviceId) (\(result.name))",
            after: ["action": action.rawValue, "result": result.words])
    }

    func note(made report: GraphOrderReport, on device: Device) {
        guard !report.dryRun else { return }
        for graph in report.items where graph.outcome == .made {
            guard let id = graph.graphId else { continue }
            note(
                object: "graph \(id) (\(graph.words))",
                after: ["device": device.words, "template": graph.template])
        }
    }
}

extension Device {
    /// “device 3 (sw1)”.
    var words: String { "device \(id) (\(name))" }
}

extension Drawing {
    /// “graph 42 (Uplinks)”.
    var words: String { "graph \(id) (\(title))" }
}
