import PollerModel

/// The body of `POST /api/v1/rrd/reshape`. Every key is known; a misspelt one would reshape other
/// files than were meant.
struct ReshapeOrder: Decodable {
    let request: ReshapeRequest

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case devices, dataSources, all, profile, dryRun
    }

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let devices = try container.decodeIfPresent([DeviceID].self, forKey: .devices) ?? []
        let sources = try container.decodeIfPresent([DataSourceID].self, forKey: .dataSources) ?? []
        let isAll = try container.decodeIfPresent(Bool.self, forKey: .all) ?? false
        // Nothing named must not mean everything.
        guard isAll != (!devices.isEmpty || !sources.isEmpty) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: container.codingPath + [CodingKeys.all],
                    debugDescription: isAll
                        ? "it leaves no choice of devices and data sources"
                        : "name devices or data_sources, or set all to true"))
        }
        request = ReshapeRequest(
            devices: devices, sources: sources,
            profile: try container.decodeIfPresent(String.self, forKey: .profile),
            isDryRun: try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false)
    }
}
