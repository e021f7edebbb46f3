import Foundation
import PollerModel
import TestSupport

/// A fault of what somebody looks at, or of who looks.
struct ViewFault: Sendable {
    let fault: Fault
    let prove: @Sendable (FaultedDevice, inout FaultOutcome) async throws -> Void

    static let all: [ViewFault] = [
        ViewFault(
            fault: Fault(
                "The graph has no members", code: "no_members",
                words: "none of its data sources is there",
                log: .none("nothing happened to it: it was made so"),
                picture: "has nothing to draw")
        ) { device, outcome in
            let traffic = ["graph", "create", "--aggregate", "sum", "--template", "box_level"]
            try await device.control(traffic + ["--title", "Sum", "--tag", "core"])
            let graph = try await device.aggregate()
            try await device.edit("--remove-tag", "core")
            try await device.explain("\(graph)", &outcome)
            let picture = try await device.picture("/graphs/\(graph).json")
            outcome.isPictured = picture.contains(outcome.fault.picture ?? "")
            if !outcome.isPictured { outcome.evidence.append(picture) }
            try await device.edit("--add-tag", "core")
            let after = try await device.daemon.control(["explain", "graph", "\(graph)"])
            outcome.isMended = !after.output.contains("[no_members]")
        },
        ViewFault(
            fault: Fault(
                "The range lies before the data", code: "range_empty",
                words: "this was not measured before",
                log: .none("nothing happened: it is a question of the range"))
        ) { device, outcome in
            let graph = "\(device.graph ?? GraphID(0))"
            let range = ["--from", "now-2y", "--to", "now-1y"]
            try await device.explain(graph, in: range, &outcome)
            let picture = try await device.picture("/graphs/\(graph).json?from=now-2y&to=now-1y")
            outcome.isPictured = picture.contains(outcome.fault.picture ?? "")
            // The fix is another range.
            let after = try await device.daemon.control(["explain", "graph", graph])
            outcome.isMended = !after.output.contains("this was not measured before")
        },
        ViewFault(
            fault: Fault(
                "The account's scope does not cover the graph", code: "exit code 6",
                words: "and so does not cover it",
                log: .none("refusing what is out of scope is what a scope is for"),
                isPictured: false)
        ) { device, outcome in
            try await device.control([
                "user", "add", "ann", "--role", "viewer", "--scope", "site:x",
            ])
            let question = ["user", "explain", "ann", "graph", "\(device.graph ?? GraphID(0))"]
            let told = try await device.daemon.control(question)
            outcome.isNamed = told.status == 6 && told.output.contains(outcome.fault.words)
            if !outcome.isNamed { outcome.evidence.append(told.output + told.errors) }
            try await device.control(["user", "scope", "ann", "site:x", "tag:core"])
            // Before her first log-in she sees nothing at all, and that is another reason.
            outcome.isMended = try await device.daemon.control(question).output.contains(
                "the scope has tag:core, and so covers")
        },
    ]

    /// On a disk that is full, which takes a file system that a test may mount.
    static let full: [Fault] = [
        Fault(
            "The disk is full", .doctor, code: "disk.full", words: "MiB left",
            log: .all("journal.failed")),
        Fault(
            "A session cannot be stored", .doctor, code: "disk.full", words: "MiB left",
            log: .all("web.error")),
    ]
}

extension FaultedDevice {
    fileprivate func aggregate() async throws -> GraphID {
        let graphs = try await daemon.json(
            [GraphReport].self, ["graph", "list", "--kind", "aggregate"])
        guard let graph = graphs.first else { throw Unexpected("no aggregate") }
        return graph.id
    }

    fileprivate func explain(
        _ graph: String, in range: [String] = [], _ outcome: inout FaultOutcome
    ) async throws {
        let told = try await daemon.control(["explain", "graph", graph] + range)
        outcome.isNamed = outcome.fault.isNamed(in: told.output)
        if !outcome.isNamed { outcome.evidence.append(told.output + told.errors) }
    }

    fileprivate func picture(_ path: String) async throws -> String {
        String(decoding: try await daemon.fetch(path).body, as: UTF8.self)
    }
}
