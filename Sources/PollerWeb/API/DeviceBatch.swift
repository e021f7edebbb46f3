import PollerModel

/// The same done to many devices. A change is made to all of them or to none; what asks devices, or
/// removes files, is done to some at a time, and what becomes of one is nothing to the others.
struct DeviceBatch: Sendable {
    let services: WebServices

    /// Tells what became of one device.
    typealias Report = @Sendable (DeviceResult) -> Void

    /// What carries an order out, or says what it would do.
    ///
    /// - Throws: why nothing of it can be done.
    func work(
        _ order: DeviceBatchOrder
    ) throws(WebProblem) -> @Sendable (@escaping Report) async throws -> Void {
        let devices = try definitions(order)
        switch order.action {
        case .change: return try change(devices, order)
        case .poll, .reindex, .recognise, .delete:
            return { report in await each(devices, order, report) }
        }
    }

    /// The devices of an order, each once.
    private func definitions(_ order: DeviceBatchOrder) throws(WebProblem) -> [DeviceDefinition] {
        guard (1...DeviceBatchOrder.largestCount).contains(order.devices.count) else {
            throw .badRequest(
                "an order has 1 to \(DeviceBatchOrder.largestCount) devices, not "
                    + "\(order.devices.count)")
        }
        let needless: [(key: String, isGiven: Bool)] = [
            ("order", order.order != nil && order.action != .change),
            ("query", order.query != nil && order.action != .reindex),
            ("keep_data", order.keepData != nil && order.action != .delete),
        ]
        if let key = needless.first(where: \.isGiven)?.key {
            throw .badRequest("“\(key)” has no meaning for “\(order.action.rawValue)”")
        }
        let devices = services.definitions.devices
        var seen: Set<DeviceID> = []
        var wanted: [DeviceDefinition] = []
        for id in order.devices where seen.insert(id).inserted {
            guard let definition = devices[id] else {
                throw .notFound("device \(id)", fix: "see pollerctl device list")
            }
            wanted.append(definition)
        }
        return wanted
    }

    // MARK: Changes

    private func change(
        _ devices: [DeviceDefinition], _ order: DeviceBatchOrder
    ) throws(WebProblem) -> @Sendable (@escaping Report) async throws -> Void {
        guard let wanted = order.order else { throw .badRequest("the key “order” is missing") }
        guard devices.count == 1 || (wanted.name == nil && wanted.host == nil) else {
            throw .badRequest(
                "several devices cannot have one \(wanted.name == nil ? "address" : "name")",
                fix: "change them one by one")
        }
        let change = try change(devices, wanted)
        let trees = services.trees.trees
        for definition in devices {
            try CurrentViewer.viewer.checkCovers(change, of: definition.device, by: trees)
        }
        let services = services
        return { report in
            let after =
                order.dryRun == true
                ? try Self.preview(devices, change, at: services.now)
                : try await services.operations.change(devices.map(\.device.id), to: change)
            for (before, after) in zip(devices, after) {
                let result = Self.result(before, after, wanted, services)
                if order.dryRun != true {
                    CurrentViewer.audit?.note(changed: before.device, result.changes)
                }
                report(result)
            }
        }
    }

    /// What the order changes, which has to be possible for each of the devices.
    private func change(
        _ devices: [DeviceDefinition], _ order: DeviceOrder
    ) throws(WebProblem) -> DeviceChange {
        var change = DeviceChange()
        for definition in devices {
            do {
                change = try OrderReader(order: order).change(of: definition.device)
            } catch {
                guard devices.count > 1 else { throw error }
                throw WebProblem(
                    error.status,
                    "device \(definition.device.id) (\(definition.device.name)): \(error.words); "
                        + "no device was changed", code: error.code, fix: error.fix)
            }
        }
        return change
    }

    private static func preview(
        _ devices: [DeviceDefinition], _ change: DeviceChange, at now: Timestamp
    ) throws(OperationFailure) -> [DeviceDefinition] {
        var after: [DeviceDefinition] = []
        for definition in devices {
            var device = definition.device
            do {
                try change.apply(to: &device, at: now)
            } catch {
                throw .inventory(.ofOne(device.id, name: device.name, .unfit(error)))
            }
            after.append(
                DeviceDefinition(
                    device: device, rows: definition.rows, dataSources: definition.dataSources,
                    graphs: definition.graphs))
        }
        return after
    }

    private static func result(
        _ before: DeviceDefinition, _ after: DeviceDefinition, _ order: DeviceOrder,
        _ services: WebServices
    ) -> DeviceResult {
        let status = services.status.device(before.device.id)
        return DeviceResult(
            before.device,
            changes: DeviceDifference.between(
                DeviceReport(before, status: status), and: DeviceReport(after, status: status),
                by: order))
    }

    // MARK: What is done to one device after the other

    private func each(
        _ devices: [DeviceDefinition], _ order: DeviceBatchOrder, _ report: @escaping Report
    ) async {
        await withDiscardingTaskGroup { group in
            let turns = Turns(devices)
            for _ in 0..<min(devices.count, DeviceBatchOrder.widest) {
                group.addTask {
                    while !Task.isCancelled, let definition = turns.next() {
                        let result = await result(of: order, definition)
                        if order.dryRun != true {
                            CurrentViewer.audit?.note(result, order.action)
                        }
                        report(result)
                    }
                }
            }
        }
    }

    private func result(
        of order: DeviceBatchOrder, _ definition: DeviceDefinition
    ) async -> DeviceResult {
        let device = definition.device
        do {
            switch order.action {
            case .change: preconditionFailure("changes are made together")
            case .poll: return try await poll(device, isDryRun: order.dryRun == true)
            case .reindex: return try await reindex(device, order)
            case .recognise: return try await recognise(device, order)
            case .delete: return try await delete(definition, order)
            }
        } catch {
            return DeviceResult(device, words: error.words, code: error.code, fix: error.fix)
        }
    }

    private func poll(
        _ device: Device, isDryRun: Bool
    ) async throws(OperationFailure) -> DeviceResult {
        guard !isDryRun else { return DeviceResult(device, words: "would be polled") }
        let status = try await services.operations.poll(device.id)
        if let reason = status.reason {
            return DeviceResult(
                device, words: reason.words, code: reason.code, fix: reason.fix)
        }
        return DeviceResult(device, words: "answered within \(status.pollMilliseconds ?? 0) ms")
    }

    private func reindex(
        _ device: Device, _ order: DeviceBatchOrder
    ) async throws(OperationFailure) -> DeviceResult {
        guard order.dryRun != true else {
            return DeviceResult(device, words: "would be read again")
        }
        let tables = try await services.operations.reindex(device.id, query: order.query)
        let words = tables.map { "\($0.query): \($0.words)" }.joined(separator: "; ")
        guard let failed = tables.first(where: { $0.outcome == .failed }) else {
            return DeviceResult(device, words: tables.isEmpty ? "it has no tables" : words)
        }
        return DeviceResult(device, words: words, code: failed.code ?? "failed", fix: failed.fix)
    }

    private func recognise(
        _ device: Device, _ order: DeviceBatchOrder
    ) async throws(OperationFailure) -> DeviceResult {
        guard order.dryRun != true else {
            return DeviceResult(device, words: "would be recognised and read again")
        }
        let recognition = try await services.operations.recognise(device.id)
        return DeviceResult(device, words: recognition.words)
    }

    private func delete(
        _ definition: DeviceDefinition, _ order: DeviceBatchOrder
    ) async throws(OperationFailure) -> DeviceResult {
        let keepsData = order.keepData ?? false
        let what =
            "with \(definition.graphs.count) graphs"
            + (keepsData ? "; files are kept" : " and \(definition.dataSources.count) files")
        guard order.dryRun != true else {
            return DeviceResult(definition.device, words: "would be removed \(what)")
        }
        try await services.operations.delete(definition.device.id, keepsData: keepsData)
        return DeviceResult(definition.device, words: "removed \(what)")
    }
}
