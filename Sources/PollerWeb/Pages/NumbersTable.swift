import PollerModel

/// The numbers below a picture, and where the rows behind them are to be had.
struct NumbersTable {
    let headings: [String]
    let rows: [Row]
    let unit: String
    let totalUnit: String?
    let resolution: String
    let known: String?
    let notes: [String]
    let links: [Link]

    struct Row {
        let label: String
        let cells: [String]
    }

    struct Link {
        let text: String
        let hint: String
        let link: String
    }

    /// - Parameter query: of the picture's address: its range, and how it is looked at.
    init(_ report: GraphNumbersReport, query: String) {
        let columns = report.columns
        headings = columns.map { report.heading($0) }
        rows = report.series.map { series in
            Row(label: series.label, cells: columns.map { report.text($0, of: series) })
        }
        unit = report.unit
        totalUnit = report.totalUnit.flatMap { $0.isEmpty ? nil : $0 }
        resolution = report.resolution
        known = report.knownText
        notes = report.notes
        let path = "/graphs/\(report.id)"
        links = [
            Link(text: "CSV", hint: "its rows, for spreadsheets", link: "\(path).csv?\(query)"),
            Link(text: "JSON", hint: "its rows and numbers", link: "\(path).json?\(query)"),
            Link(text: "SVG", hint: "the picture at any size", link: "\(path).svg?\(query)"),
            Link(
                text: "command", hint: "rrdtool's command line that draws it",
                link: "/api/v1\(path)/command?\(query)"),
        ]
    }
}

extension WebServices {
    /// The numbers of a picture; nil where there is no room to work them out, or nothing to draw.
    ///
    /// - Parameter query: of the picture's address.
    func numbers(of drawing: Drawing, _ query: Query) async -> GraphNumbersReport? {
        // Why there is nothing to draw, the picture's own answer says.
        guard
            let wanted = try? GraphQuery(query, for: drawing.oldestSource, services: self),
            let sheet = try? GraphSheet(drawing, wanted.request, services: self)
        else { return nil }
        return await dataTurns.run { await sheet.numbers() }
    }
}
