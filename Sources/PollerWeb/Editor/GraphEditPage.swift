import HTTPTypes
import PollerModel

/// What the page of the graph editor shows.
struct GraphEditPage {
    let services: WebServices
    let graph: Graph
    let definition: DeviceDefinition
    let template: GraphTemplate

    struct Content {
        let id: String
        let title: String
        /// nil of a graph of many data sources.
        let deviceLink: String?
        let deviceName: String?
        /// Of the graph, that a change is based on.
        let version: String
        let sections: [EditorSection]
        let isWrong: Bool
        let conflict: Conflict?
        let preview: Preview
        /// nil of a graph of many data sources, as is its history.
        let facts: TemplateFacts?
        let history: [Entry]
        let hasHistory: Bool
    }

    /// The picture as it would be.
    struct Preview {
        let ranges: [EditorField.Choice]
        let light: String
        let dark: String
        let alt: String

        init(of graph: GraphID, range: String, draft: String, alt: String) {
            let address = { (theme: GraphTheme) in
                "/graphs/\(graph)/preview?from=\(URLText.escaped(range))&to=now"
                    + "&theme=\(theme.rawValue)&draft=\(draft)"
            }
            ranges = GraphEditPage.ranges.map {
                EditorField.Choice(value: $0.0, text: $0.1, isChosen: $0.0 == range)
            }
            light = address(.light)
            dark = address(.dark)
            self.alt = alt
        }
    }

    /// Somebody else saved it meanwhile.
    struct Conflict {
        let who: String
        let when: String
        let rows: [Row]

        struct Row {
            let field: String
            let theirs: String
            let yours: String
        }
    }

    struct TemplateFacts {
        let name: String
        let link: String
        /// “12 graphs”.
        let graphs: String
    }

    struct Entry {
        let version: Int
        let when: String
        let who: String
        let what: String
        let isCurrent: Bool
        /// The version that holds.
        let current: Int
    }

    static let ranges = [
        ("now-6h", "6 hours"), ("now-1d", "a day"), ("now-7d", "a week"), ("now-1M", "a month"),
        ("now-1y", "a year"),
    ]
    static let usualRange = "now-1d"

    /// - Parameter range: the one the preview shows.
    func content(
        _ form: GraphEditForm, version: Int, range: String = usualRange, conflict: Conflict? = nil
    ) async throws(WebProblem) -> Content {
        let edits: [GraphEdit]
        do {
            edits = try await services.graphs.edits(of: graph.id)
        } catch {
            throw WebProblem(.inventory(error))
        }
        let format = Format(services)
        let count = services.definitions.graphCount(ofTemplate: template.name)
        return Content(
            id: "\(graph.id)", title: graph.title, deviceLink: "/devices/\(definition.device.id)",
            deviceName: definition.device.name, version: "\(version)",
            sections: form.sections(givenTitle: graph.givenTitle), isWrong: !form.isRight,
            conflict: conflict, preview: preview(form, range: range),
            facts: TemplateFacts(
                name: template.name, link: "/templates/graph-template/\(template.name)",
                graphs: count == 1 ? "1 graph" : "\(count) graphs"),
            history: entries(edits, format), hasHistory: !edits.isEmpty)
    }

    private func preview(_ form: GraphEditForm, range: String) -> Preview {
        // What is wrong is not drawn: the picture stays what holds.
        let shown = form.isRight ? form.override : graph.edit?.override ?? GraphOverride()
        return Preview(
            of: graph.id, range: range, draft: GraphDraft.text(shown),
            alt: "\(shown.title ?? graph.givenTitle) as it would be drawn")
    }

    private func entries(_ edits: [GraphEdit], _ format: Format) -> [Entry] {
        var entries = edits.map { edit in
            Entry(
                version: edit.version, when: format.time(edit.editedAt), who: edit.editedBy,
                what: edit.override.summary, isCurrent: edit.version == graph.version,
                current: graph.version)
        }
        // The way back to the template is always there, whatever was pruned.
        if !edits.isEmpty {
            entries.append(
                Entry(
                    version: 0, when: "", who: "", what: GraphOverride().summary,
                    isCurrent: false, current: graph.version))
        }
        return entries
    }

    /// What differs between what somebody saved meanwhile and what was sent.
    func conflict(_ edit: GraphEdit, with yours: GraphOverride) -> Conflict {
        let (theirs, mine) = (edit.override.words, yours.words)
        var fields = theirs.map(\.field)
        fields += mine.map(\.field).filter { !fields.contains($0) }
        let usual = "as the template says"
        let rows = fields.map { field in
            Conflict.Row(
                field: field, theirs: theirs.first { $0.field == field }?.value ?? usual,
                yours: mine.first { $0.field == field }?.value ?? usual)
        }
        let seconds = max(0, services.now.seconds - edit.editedAt.seconds)
        return Conflict(
            who: edit.editedBy,
            when: seconds < 1 ? "just now" : "\(DurationText.words(seconds)) ago",
            rows: rows.filter { $0.theirs != $0.yours })
    }
}

extension Definitions {
    /// How many graphs are drawn by a template, aggregates among them.
    func graphCount(ofTemplate name: String) -> Int {
        devices.values.reduce(0) { count, definition in
            count + definition.graphs.count { $0.template == name }
        } + aggregates.values.count { $0.template == name }
    }
}
