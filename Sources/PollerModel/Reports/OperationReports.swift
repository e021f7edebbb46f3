/// One line of the answer while something takes its time: a step, how far it is, the end, or the
/// failure.
package struct OperationEvent: Sendable, Codable {
    package var step: TestStep?
    package var added: AddedDeviceReport?
    package var reshaping: ReshapeProgress?
    /// What became of one device of a batch.
    package var result: DeviceResult?
    package var problem: ProblemReport?

    package init(
        step: TestStep? = nil, added: AddedDeviceReport? = nil,
        reshaping: ReshapeProgress? = nil, result: DeviceResult? = nil,
        problem: ProblemReport? = nil
    ) {
        self.step = step
        self.added = added
        self.reshaping = reshaping
        self.result = result
        self.problem = problem
    }
}

/// What adding a device gave, or would give after a dry run.
package struct AddedDeviceReport: Sendable, Hashable, Codable {
    /// null after a dry run.
    @ExplicitNull package var id: DeviceID?
    package let name: String
    package let template: String
    package let templateTitle: String
    package let intervalSeconds: Int64
    /// false: it is discovered when it answers for the first time.
    package let hasAnswered: Bool
    package let findings: [String]
    package let graphs: [String]
    /// The device's page; null after a dry run.
    @ExplicitNull package var url: String?

    package init(_ added: AddedDevice, baseURL: String) {
        name = added.name
        template = added.template.name
        templateTitle = added.template.title
        intervalSeconds = added.step.seconds
        hasAnswered = added.hasAnswered
        findings = added.findings
        graphs = added.proposals.map(\.title)
        let id = added.definition?.device.id
        _id = ExplicitNull(wrappedValue: id)
        _url = ExplicitNull(wrappedValue: id.map { "\(baseURL)/devices/\($0)" })
    }
}

/// A problem document (RFC 9457).
package struct ProblemReport: Error, Sendable, Hashable, Codable {
    package let type: String
    package let title: String
    package let status: Int
    package let detail: String
    /// Stable name of the problem, for scripts.
    package let code: String
    @ExplicitNull package var fix: String?
    /// Under which the daemon's log tells more; for errors of its own.
    @ExplicitNull package var errorId: String?

    package init(
        status: Int, title: String, detail: String, code: String, fix: String? = nil,
        errorID: String? = nil
    ) {
        type = "about:blank"
        self.status = status
        self.title = title
        self.detail = detail
        self.code = code
        _fix = ExplicitNull(wrappedValue: fix)
        _errorId = ExplicitNull(wrappedValue: errorID)
    }
}

/// The daemon as a whole, as `pollerctl status -o json` shows it.
package struct StatusReport: Sendable, Hashable, Codable {
    package let version: String
    package let startedAt: String
    package let url: String
    package let devices: Int
    package let devicesUp: Int
    package let devicesDown: Int
    package let devicesRecovering: Int
    package let devicesUnknown: Int
    package let devicesDisabled: Int
    package let dataSources: Int
    package let graphs: Int
    package let polls: Int
    package let failedPolls: Int
    package let missedSlots: Int
    package let rowsWritten: Int
    package let rowsRefused: Int
    package let pollsUnderWay: Int
    package let snmp: SNMPCounters
    package let store: StoreCounters
    package let pictures: PictureCounters

    package init(
        version: String, url: String, definitions: Definitions, status: any PollStatus,
        pictures: PictureCounters
    ) {
        let summary = status.summary()
        let counts = definitions.fleetCounts
        let states = definitions.fleet.map {
            $0.device.isEnabled ? status.device($0.device.id).state : .disabled
        }
        self.version = version
        startedAt = summary.startedAt.rfc3339
        self.url = url
        devices = states.count
        devicesUp = states.count { $0 == .up }
        devicesDown = states.count { $0 == .down }
        devicesRecovering = states.count { $0 == .recovering }
        devicesUnknown = states.count { $0 == .unknown }
        devicesDisabled = states.count { $0 == .disabled }
        dataSources = counts.dataSources
        graphs = counts.graphs
        polls = summary.polls
        failedPolls = summary.failedPolls
        missedSlots = summary.missedSlots
        rowsWritten = summary.rowsWritten
        rowsRefused = summary.rowsRefused
        pollsUnderWay = summary.pollsUnderWay
        snmp = summary.snmp
        store = summary.store
        self.pictures = pictures
    }
}

/// One page of a listing.
package struct ListReport<Item: Sendable>: Sendable {
    package let items: [Item]
    /// For `?cursor=` of the next page; null on the last.
    @ExplicitNull package var next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        _next = ExplicitNull(wrappedValue: next)
    }
}

extension ListReport: Encodable where Item: Encodable {}
extension ListReport: Decodable where Item: Decodable {}
