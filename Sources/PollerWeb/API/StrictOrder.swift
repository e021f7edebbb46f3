import PollerModel

/// An order of which every key is known: a misspelt one would change nothing, or make another user
/// of the one that was meant, and say nothing.
struct StrictOrder: Decodable {
    let order: DeviceOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(orderIn: decoder.container(keyedBy: StrictKeys.Key.self))
        order = try DeviceOrder(from: decoder)
    }
}

/// The same of what is done to many devices.
struct StrictBatchOrder: Decodable {
    let order: DeviceBatchOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: DeviceBatchOrder.CodingKeys.self)
        if let change = try StrictKeys.object(DeviceBatchOrder.CodingKeys.order, in: container) {
            try StrictKeys.check(orderIn: change)
        }
        order = try DeviceBatchOrder(from: decoder)
    }
}

/// The same of a walk.
struct StrictWalkOrder: Decodable {
    let order: WalkOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: WalkOrder.CodingKeys.self)
        if let target = try StrictKeys.object(WalkOrder.CodingKeys.target, in: container) {
            try StrictKeys.check(orderIn: target)
        }
        order = try WalkOrder(from: decoder)
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

/// The same of graphs of many data sources, and of the rule in it.
struct StrictAggregateOrder: Decodable {
    let order: AggregateOrder

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: StrictKeys.Key.self)
        try StrictKeys.check(container, has: AggregateOrder.CodingKeys.self)
        if let rule = try StrictKeys.object(AggregateOrder.CodingKeys.rule, in: container) {
            try StrictKeys.check(rule, has: MemberRule.CodingKeys.self)
        }
        order = try AggregateOrder(from: decoder)
    }
}

/// The same of graphs: who misspells `dry_run` does not want them made.
struct StrictGraphOrder: Decodable {
    let order: GraphOrder

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: GraphOrder.CodingKeys.self)
        order = try GraphOrder(from: decoder)
    }
}

/// An order that says all keys it knows.
protocol KnownKeys: Decodable {
    associatedtype CodingKeys: CodingKey, CaseIterable
}

extension AccountOrder: KnownKeys {}
extension PasswordOrder: KnownKeys {}
extension TokenOrder: KnownKeys {}
extension SupportOrder: KnownKeys {}
extension DeviceDebugOrder: KnownKeys {}

/// The same of orders about people: who misspells `scope` does not want somebody to see everything.
struct StrictBody<Order: KnownKeys>: Decodable {
    let order: Order

    init(from decoder: any Decoder) throws {
        try StrictKeys.check(
            decoder.container(keyedBy: StrictKeys.Key.self), has: Order.CodingKeys.self)
        order = try Order(from: decoder)
    }
}
