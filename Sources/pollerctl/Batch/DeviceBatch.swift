import ArgumentParser
import PollerModel

/// Does the same to many devices, and lists what became of each.
struct DeviceBatch {
    let daemon: Daemon
    let devices: [DeviceSummary]
    let output: OutputFormat

    /// - Parameter done: what was done, as in “3 devices changed”.
    func run(_ order: DeviceBatchOrder, done: String) throws {
        var results: [DeviceResult] = []
        try daemon.order("/api/v1/device-batches", order) { event in
            if let problem = event.problem { throw CommandFailure(problem) }
            guard let result = event.result else { return }
            results.append(result)
            if output == .jsonl { try Terminal.write(JSONText.encode(result)) }
            Terminal.showProgress("\(results.count) of \(devices.count) devices")
        }
        Terminal.endProgress()
        try list(results)
        if output == .table { Terminal.complain(summary(results, order, done)) }
        try judge(results)
    }

    private func list(_ results: [DeviceResult]) throws {
        guard output != .jsonl else { return }
        let places = Dictionary(
            devices.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        try Listing(
            items: results.sorted { places[$0.deviceId] ?? 0 < places[$1.deviceId] ?? 0 },
            columns: [
                Column("ID", isNumber: true) { "\($0.deviceId)" }, Column("NAME") { $0.name },
                Column("OK") { $0.ok ? "yes" : "no" }, Column("RESULT") { $0.words },
            ], name: { $0.name }
        ).write(output)
    }

    private func summary(
        _ results: [DeviceResult], _ order: DeviceBatchOrder, _ done: String
    ) -> String {
        let good = results.filter(\.ok)
        let count =
            order.action == .change ? good.count { !$0.changes.isEmpty } : good.count
        guard order.dryRun != true else {
            return "Nothing was done: it would be \(Self.devices(count)) \(done)."
        }
        return "\(Self.devices(count)) \(done)"
            + (good.count < results.count ? ", \(results.count - good.count) failed." : ".")
    }

    private func judge(_ results: [DeviceResult]) throws {
        let untold = devices.count - results.count
        guard untold == 0 else {
            throw CommandFailure(
                "pollerd ended before it said what became of \(Self.devices(untold))",
                exitCode: .daemonUnreachable)
        }
        let failed = results.filter { !$0.ok }
        guard let first = failed.first else { return }
        let statuses = Set(failed.map { ExitStatus(code: $0.code ?? "") })
        throw CommandFailure(
            failed.count == 1
                ? "\(first.name): \(first.words)" : "\(Self.devices(failed.count)) failed",
            fix: failed.count == 1 ? first.fix : nil,
            exitCode: statuses.count == 1 ? statuses.first ?? .failed : .failed)
    }

    static func devices(_ count: Int) -> String { count == 1 ? "1 device" : "\(count) devices" }
}

extension ExitStatus {
    /// What the stable name of a failure means, whatever it is.
    init(code: String) {
        switch code {
        case "not_found": self = .notFound
        case "already_exists", "device_busy", "conflict": self = .conflict
        case "invalid": self = .usage
        default: self = ExitStatus(reason: code) ?? .failed
        }
    }
}
