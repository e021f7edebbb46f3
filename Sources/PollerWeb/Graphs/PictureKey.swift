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
    let devices: [Device]
    let request: GraphRequest
    let notes: [GraphNote]
    let rows: [Rows]
    /// What the picture takes for now, in steps of about one pixel: what is missing before it is
    /// a gap.
    let now: Timestamp

    /// The state is read here, before anything is drawn: a status is recorded when the store has
    /// the row, so the picture shows at least the samples that its key names.
    ///
    /// - Parameters:
    ///   - devices: those of which something is drawn.
    ///   - sources: those that are drawn.
    init(
        graph: GraphID, devices: [DeviceDefinition], sources: [DataSourceID],
        request: GraphRequest, status: any PollStatus, now: Timestamp,
        notes: () -> [GraphNote]
    ) {
        self.graph = graph
        self.devices = devices.map { Device(id: $0.device.id, revision: $0.revision) }
        self.request = request
        rows = sources.map { Rows(source: $0, storedAt: status.source($0)?.lastStored) }
        self.notes = notes()
        let distance = TimeGrid.distance(of: request.range, width: request.width)
        self.now = Timestamp(seconds: now.seconds.flooredDivision(by: distance) * distance)
    }
}
