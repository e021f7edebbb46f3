import HTTPTypes
import Hummingbird
import Logging
import PollerModel

/// The rows of a graph as a file.
enum GraphDataForm: String, CaseIterable, Sendable {
    case csv, json
}

/// What a graph shows, as data: the parameters are those of its pictures, and the rows and numbers
/// are what the picture with the same parameters is drawn from.
struct GraphDataRoute: Sendable {
    let services: WebServices
    /// Who reads what files say.
    var audience = GraphNote.Audience.people

    /// `/graphs/{id}.csv` and `.json`.
    func file(
        _ id: String, _ request: Request, _ form: GraphDataForm
    ) async throws -> Response {
        let sheet = try sheet(id, request)
        let bytes = try await services.dataTurns.run {
            let plan = await sheet.plan()
            try Self.check(plan)
            return switch form {
            case .csv: GraphCSV.bytes(plan)
            case .json:
                try JSONAnswer.bytes(
                    GraphNumbersReport(plan, of: sheet.drawing, hasRows: true))
            }
        }
        guard let bytes else { throw WebProblem.dataOverloaded }
        var answer = TaggedAnswer(
            bytes, contentType: form == .csv ? GraphCSV.contentType : "application/json")
        answer.headers[.contentDisposition] =
            "\(form == .csv ? "attachment" : "inline"); filename=\"\(sheet.fileName).\(form)\""
        return answer.response(to: request)
    }

    /// `/api/v1/graphs/{id}/numbers`: the same without the rows.
    func numbers(_ id: String, _ request: Request) async throws -> Response {
        let sheet = try sheet(id, request)
        guard let report = await services.dataTurns.run({ await sheet.numbers() }) else {
            throw WebProblem.dataOverloaded
        }
        return TaggedAnswer(try JSONAnswer.bytes(report), contentType: "application/json")
            .response(to: request)
    }

    /// `/api/v1/graphs/{id}/command`: the command line that draws the same picture.
    ///
    /// - Parameter folder: where the files lie; nil leaves that to `$STATE`.
    func command(_ id: String, _ request: Request, folder: String?) async throws -> Response {
        let sheet = try sheet(id, request)
        guard let plan = await services.dataTurns.run({ await sheet.plan() }) else {
            throw WebProblem.dataOverloaded
        }
        do {
            // Whoever runs it finds all samples in the files.
            try await services.store.settle(sheet.drawing.dataSources.map(\.path))
        } catch {
            services.logger.debug("files are not up to date: \(error.words)")
        }
        let text = RRDToolCommand(
            arguments: services.renderer.command(
                for: plan.script, folder: folder ?? RRDToolCommand.placeholder),
            file: "graph-\(sheet.drawing.id).\(plan.script.format.rawValue)",
            timeZone: services.site.timeZone
        ).text
        return TaggedAnswer(Array(text.utf8), contentType: "text/plain; charset=utf-8")
            .response(to: request)
    }

    private func sheet(_ id: String, _ request: Request) throws(WebProblem) -> GraphSheet {
        let drawing = try services.drawing(id)
        let query = try Query(request)
        var format = GraphFormat.png
        if let text = query.text("format") {
            guard let known = GraphFormat(rawValue: text) else {
                throw .badRequest("“format” is png or svg, not “\(DeviceText(text).text)”")
            }
            format = known
        }
        let wanted = try GraphQuery(
            query, for: drawing.oldestSource, format: format, services: services)
        return try GraphSheet(
            drawing, wanted.request, services: services, audience: audience)
    }

    private static func check(_ plan: GraphPlan) throws(WebProblem) {
        let count = GraphCSV.cellCount(plan)
        guard count <= GraphDataLimits.mostCells else {
            throw .badRequest(
                "these would be \(count) values; a file has \(GraphDataLimits.mostCells) at most",
                fix: "ask for a shorter range, or for one that is drawn from longer rows")
        }
    }
}

extension GraphSheet {
    /// What a file of it is called: its id and its range, and nothing that somebody else wrote.
    var fileName: String {
        let ends = [request.range.start, request.range.end].map {
            $0.rfc3339.replacing("-", with: "").replacing(":", with: "")
        }
        return "graph-\(drawing.id)-\(ends[0])-\(ends[1])"
    }

    func numbers() async -> GraphNumbersReport {
        GraphNumbersReport(await plan(), of: drawing, hasRows: false)
    }
}
