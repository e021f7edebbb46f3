import PollerModel

/// All that a picture depends on: two requests with the same key are answered with the same
/// bytes. What the catalogue says is not in it, because it never changes while the daemon runs.
struct PictureKey: Hashable, Sendable {
    /// How new the rows of a data source were.
    struct Rows: Hashable, Sendable {
        let source: DataSourceID
        /// When a sample was last stored; nil before the first.
        let storedAt: Timestamp?
    }

    /// A device as it was defined.
    struct Device: Hashable, Sendable {
        let id: DeviceID
        let revision: Int64
    }

    let graph: GraphID
    let title: String
    /// How somebody wants it to be drawn, or tries it.
    let override: GraphOverride?
    /// As it was defined, where it is one.
    let aggregate: Aggregate?
    let devices: [Device]
    let request: GraphRequest
    let notes: [GraphNote]
    /// Who reads what it says, also what is found out only when it is drawn.
    let audience: GraphNote.Audience
    /// Of the devices in their order: what is on record about their gaps.
    let interruptions: [Int]
    let rows: [Rows]
    /// What happened in its range, where that is marked.
    let marks: [EventMark]
    /// What the picture takes for now: the time of the newest sample, or the clock in steps of about
    /// one pixel where that is later. What is missing before it is a gap.
    let now: Timestamp
    /// The clock's steps at most, before the first sample since the start, and from then on.
    private static let unsampledSeconds: Int64 = 60
    private static let sampledSeconds: Int64 = 600

    /// The state is read here, before anything is drawn: a status is recorded when the store has
    /// the row, so the picture shows at least the samples that its key names.
    init(
        _ drawing: Drawing, request: GraphRequest, status: any PollStatus,
        interruptions: any InterruptionLog, marks: [EventMark] = [], now: Timestamp,
        audience: GraphNote.Audience = .people,
        notes: () -> [GraphNote]
    ) {
        graph = drawing.id
        title = drawing.title
        devices = drawing.definitions.map { Device(id: $0.device.id, revision: $0.revision) }
        switch drawing {
        case .graph(let graph, _): (override, aggregate) = (graph.edit?.override, nil)
        case .aggregate(let aggregate, _): (override, self.aggregate) = (nil, aggregate)
        }
        self.request = request
        self.marks = marks
        self.audience = audience
        rows = drawing.dataSources.map {
            Rows(source: $0.id, storedAt: status.source($0.id)?.lastStored)
        }
        self.notes = notes()
        self.interruptions = drawing.definitions.map {
            interruptions.version(of: $0.device.id)
        }
        let samples = rows.compactMap(\.storedAt)
        // A point of a year is twelve hours long, and what is current is of now.
        let distance = min(
            TimeGrid.distance(of: request.range, width: request.width),
            samples.isEmpty ? Self.unsampledSeconds : Self.sampledSeconds)
        let coarse = Timestamp(seconds: now.seconds.flooredDivision(by: distance) * distance)
        let newest = samples.max() ?? coarse
        self.now = max(coarse, min(newest, now))
    }
}
