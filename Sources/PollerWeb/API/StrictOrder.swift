import PollerModel

/// An order of which every key is known: a misspelt one would change nothing, or make another user
/// of the one that was meant, and say nothing.
struct StrictOrder: Decodable {
    let order: DeviceOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: DeviceOrder.CodingKeys.self)
        let user = StrictKeys.Key(stringValue: DeviceOrder.CodingKeys.user.stringValue)
        if container.contains(user), try !container.decodeNil(forKey: user) {
            try StrictKeys.check(
                container.nestedContainer(keyedBy: StrictKeys.Key.self, forKey: user),
                has: SNMPUserOrder.CodingKeys.self)
        }
        order = try DeviceOrder(from: decoder)
    }
}

/// The same of files that belong to no data source: who misspells `dry_run` does not want them moved.
struct StrictPurgeOrder: Decodable {
    let order: PurgeOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: PurgeOrder.CodingKeys.self)
        order = try PurgeOrder(from: decoder)
    }
}
