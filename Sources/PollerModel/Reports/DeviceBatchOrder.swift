/// What `pollerctl` sends to do the same to many devices: the body of
/// `POST /api/v1/device-batches`.
package struct DeviceBatchOrder: Sendable, Hashable, Codable {
    /// Devices of one order.
    package static let largestCount = 20_000
    /// Devices that are polled, read or removed at a time.
    package static let widest = 16

    /// What is done to each.
    package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        /// As `order` says: all of them or none.
        case change
        case poll, reindex, recognise, delete
    }

    package var devices: [DeviceID]
    package var action: Action
    /// Of a change.
    package var order: DeviceOrder?
    /// Of a re-index: name of the only data query to read.
    package var query: String?
    /// Of a deletion: whether round-robin files stay where they are.
    package var keepData: Bool?
    /// Whether to say only what would become of them.
    package var dryRun: Bool?

    /// All there are: an order with another one is refused, for it would not do what was meant.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case devices, action, order, query, keepData, dryRun
    }

    package init(devices: [DeviceID], action: Action) {
        self.devices = devices
        self.action = action
    }
}

/// What became of one device of a batch, or would.
package struct DeviceResult: Sendable, Hashable, Codable {
    package let deviceId: DeviceID
    package let name: String
    /// Whether it went well.
    package let ok: Bool
    /// What is different about the device.
    package var changes: [DeviceDifference] = []
    /// The same for eyes, or why it did not go well.
    package let words: String
    /// Stable name of the failure; null when there was none.
    @ExplicitNull package var code: String?
    @ExplicitNull package var fix: String?

    package init(_ device: Device, words: String) {
        self.init(device, ok: true, words: words)
    }

    package init(_ device: Device, changes: [DeviceDifference]) {
        self.init(
            device, ok: true,
            words: changes.isEmpty
                ? "nothing changes"
                : changes.map { "\($0.property): \($0.before) → \($0.after)" }
                    .joined(separator: "; "))
        self.changes = changes
    }

    package init(_ device: Device, words: String, code: String, fix: String?) {
        self.init(device, ok: false, words: words, code: code, fix: fix)
    }

    private init(
        _ device: Device, ok: Bool, words: String, code: String? = nil, fix: String? = nil
    ) {
        deviceId = device.id
        name = device.name
        self.ok = ok
        self.words = words
        _code = ExplicitNull(wrappedValue: code)
        _fix = ExplicitNull(wrappedValue: fix)
    }
}
