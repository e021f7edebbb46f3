import HTTPTypes
import Hummingbird
import Logging
import PollerModel
import Synchronization

/// `/api/v1/rrd`: the round-robin files themselves.
struct ArchivesAPI: Sendable {
    let services: WebServices
    private let turn = Turn()

    init(services: WebServices) { self.services = services }

    /// One at a time: each reads every file there is.
    private final class Turn: Sendable {
        private let isTaken = Mutex(false)

        func take() -> Bool {
            isTaken.withLock { isTaken in
                defer { isTaken = true }
                return !isTaken
            }
        }

        func leave() { isTaken.withLock { $0 = false } }
    }

    func addReading(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.get("rrd/check") { [services, turn] request, _ in
            let (subjects, isWhole) = try Self.selected(Query(request), services.definitions)
            guard turn.take() else {
                throw WebProblem(
                    .conflict, "the files are being checked just now", code: "check_busy",
                    fix: "try again when that is done")
            }
            defer { turn.leave() }
            return try await Self.answer { () throws(ArchiveFailure) in
                try await ArchiveCheckRun(services: services).report(
                    of: subjects, isWhole: isWhole)
            }
        }
        group.get("rrd/info") { request, _ in
            let text = try Query(request).text("file") ?? ""
            guard let place = ArchivePlace(text) else {
                throw WebProblem.badRequest(
                    "“\(DeviceText(text).text)” is not the path of a round-robin file",
                    fix: "give an id, or a path as pollerctl data-source last shows it: "
                        + "rrd/1/7.rrd")
            }
            return try await info(place)
        }
        group.get("data-sources/{id}/info") { [services] _, context in
            let (source, _) = try services.dataSource(context.parameters.get("id") ?? "")
            return try await info(ArchivePlace(device: source.device, source: source.id))
        }
    }

    /// On the admin socket only.
    func addChanges(to router: some RouterMethods<WebContext>) {
        let services = services
        router.group("/api/v1").post("rrd/purge") { request, context in
            let order = try await JSONAnswer.decode(StrictPurgeOrder.self, from: request).order
            return try await Self.answer { () throws(ArchiveFailure) in
                if order.dryRun == true {
                    context.audit.changesNothing()
                    return PurgeReport(
                        planned: try await services.maintenance.orphans(unless: services.isKnown))
                }
                let result = try await services.maintenance.purge(unless: services.isKnown)
                if let folder = result.folder {
                    services.logger.notice(
                        """
                        \(result.moved.count) files that belong to no data source were moved to \
                        \(folder)
                        """,
                        metadata: ["event": "files.purged", "bytes": "\(result.moved.bytes)"])
                    services.events.report(
                        NewEvent(
                            .filesPurged,
                            "\(result.moved.count) files of no data source were moved to \(folder)"
                        ))
                }
                let report = PurgeReport(result)
                context.audit.note(object: "files that belong to no data source", after: report)
                return report
            }
        }
    }

    private func info(_ place: ArchivePlace) async throws -> Response {
        try await Self.answer { [services] () throws(ArchiveFailure) in
            ArchiveInfoReport(try await services.maintenance.info(place), of: place)
        }
    }

    private static func answer(
        _ body: () async throws(ArchiveFailure) -> some Encodable
    ) async throws -> Response {
        let report: any Encodable
        do throws(ArchiveFailure) {
            report = try await body()
        } catch {
            throw WebProblem(error)
        }
        return try JSONAnswer.ok(report)
    }

    /// All data sources, or those that `?device=1,2&data_source=7` name: those of these devices, and
    /// these.
    private static func selected(
        _ query: Query, _ definitions: Definitions
    ) throws -> (subjects: [ArchiveCheckRun.Subject], isWhole: Bool) {
        let devices = query.text("device")
        let sources = query.text("data_source")
        var chosen: [DataSourceID: ArchiveCheckRun.Subject] = [:]
        var definitionsChosen: [DeviceDefinition] = []
        if let devices {
            for text in devices.split(separator: ",", omittingEmptySubsequences: false) {
                definitionsChosen.append(try definitions.device(text: String(text)))
            }
        } else if sources == nil {
            definitionsChosen = Array(definitions.devices.values)
        }
        for definition in definitionsChosen {
            for source in definition.dataSources { chosen[source.id] = (source, definition) }
        }
        for text in (sources ?? "").split(separator: ",") {
            let found = try definitions.dataSource(text: String(text))
            chosen[found.source.id] = found
        }
        let subjects = chosen.sorted { $0.key < $1.key }.map(\.value)
        return (subjects, devices == nil && sources == nil)
    }
}

extension Definitions {
    /// The device with this id.
    fileprivate func device(text: String) throws(WebProblem) -> DeviceDefinition {
        guard let definition = DeviceID(text: text).flatMap({ devices[$0] }) else {
            throw .notFound("device \(DeviceText(text).text)", fix: "see pollerctl device list")
        }
        return definition
    }

    /// The data source with this id.
    func dataSource(text: String) throws(WebProblem) -> ArchiveCheckRun.Subject {
        guard let found = DataSourceID(text: text).flatMap({ dataSource($0) }) else {
            throw .notFound(
                "data source \(DeviceText(text).text)", fix: "see pollerctl data-source list")
        }
        return found
    }
}

extension WebServices {
    /// The data source with this id.
    func dataSource(
        _ text: String
    ) throws(WebProblem) -> ArchiveCheckRun.Subject { try definitions.dataSource(text: text) }
}
