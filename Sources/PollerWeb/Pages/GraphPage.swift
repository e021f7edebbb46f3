import PollerModel

/// `/graphs/{id}`: a day, a week, a month and a year; or any range with `?from=&to=`.
struct GraphPage {
    let services: WebServices

    struct Content {
        let title: String
        let id: String
        /// nil of an aggregate.
        let deviceLink: String?
        let deviceName: String?
        let composition: AggregateComposition?
        let isCustom: Bool
        let cards: [GraphCard]
        let presets: [Link]
        let moves: [Link]
        /// To the page that makes links of what is shown, that anybody may open.
        let shareLink: String
        let from: String
        let to: String
        let rangeText: String
        let switches: [ViewSwitches.Group]
        /// What the switches are set to, for the form.
        let view: [ViewSwitches.Parameter]
        /// About the range that the page begins with.
        let rangeNote: String?
        let mistake: String?
        let mistakeFix: String?
    }

    struct Link {
        let text: String
        let label: String
        let link: String
        /// Which key does the same; empty where none does.
        var move = ""
    }

    private static let quartet = [
        ("Day", "now-1d"), ("Week", "now-7d"), ("Month", "now-1M"), ("Year", "now-1y"),
    ]
    private static let presets = [
        ("1 h", "now-1h"), ("6 h", "now-6h"), ("1 day", "now-1d"), ("1 week", "now-7d"),
        ("1 month", "now-1M"), ("1 year", "now-1y"),
    ]

    func content(
        _ drawing: Drawing, _ query: Query
    ) async throws(WebProblem) -> Content {
        let isCustom = query.text("from") != nil || query.text("to") != nil
        var range = try services.defaultRange(for: drawing)
        var mistake: WebProblem?
        var view = ViewSwitches(query)
        do {
            // How it is looked at, and the range where one is asked for.
            _ = try GraphQuery(query, for: drawing.oldestSource, services: services)
            if isCustom { range = try GraphQuery.range(query, services: services) }
        } catch {
            mistake = error
            view = ViewSwitches()
        }
        let from = query.text("from") ?? "now-1d"
        let to = query.text("to") ?? "now"
        let shows = isCustom && mistake == nil
        let format = Format(services)
        let pictures: [Shown]
        if shows {
            pictures = [await card(drawing, "", from: from, to: to, range, view)]
        } else {
            pictures = try await quartet(drawing, view)
        }
        let stretch =
            shows ? "from=\(URLText.escaped(from))&to=\(URLText.escaped(to))" : ""
        return Content(
            title: drawing.title, id: drawing.id.description,
            deviceLink: drawing.device.map { "/devices/\($0.id)" },
            deviceName: drawing.device?.name,
            composition: AggregateComposition(drawing),
            isCustom: shows,
            cards: pictures.map(\.card),
            presets: Self.presets.map { text, from in
                Link(
                    text: text, label: "the last \(text)",
                    link: "/graphs/\(drawing.id)?from=\(from)&to=now\(view.text)")
            },
            moves: moves(drawing.id, range, view),
            shareLink: "/graphs/\(drawing.id)/shares" + (shows ? "?\(stretch)" : ""), from: from,
            to: to,
            rangeText: "\(format.time(range.start)) to \(format.time(range.end))",
            switches: view.groups(
                unit: services.definitions.catalogue.graphTemplates[drawing.template]?.settings
                    .verticalLabel,
                hasCapacity: pictures.contains { $0.report?.hasCapacity == true },
                base: "/graphs/\(drawing.id)?\(stretch)"),
            view: view.parameters,
            rangeNote: services.note(for: drawing, range: range)?.text,
            mistake: mistake?.words, mistakeFix: mistake?.fix)
    }

    private typealias Shown = (card: GraphCard, report: GraphNumbersReport?)

    private func quartet(
        _ drawing: Drawing, _ view: ViewSwitches
    ) async throws(WebProblem) -> [Shown] {
        var cards = try await sinceAdded(drawing, view)
        for (caption, from) in Self.quartet {
            guard
                let start = TimeExpression(from)?.timestamp(
                    now: services.now, edge: .start, zoneOffset: services.zoneOffset)
            else { preconditionFailure("the presets are times") }
            do {
                let range = try TimeRange(start: start, end: services.now)
                cards.append(await card(drawing, caption, from: from, to: "now", range, view))
            } catch {
                throw .badRequest(error.words)
            }
        }
        return cards
    }

    /// For a data source younger than a day, the time since it was added stands first.
    private func sinceAdded(
        _ drawing: Drawing, _ view: ViewSwitches
    ) async throws(WebProblem) -> [Shown] {
        let range = try services.defaultRange(for: drawing)
        guard range.seconds < 86_400 else { return [] }
        let caption = "Since \(Format(services).time(range.start))"
        return [await card(drawing, caption, from: nil, to: "now", range, view)]
    }

    private func card(
        _ drawing: Drawing, _ caption: String, from: String?, to: String, _ range: TimeRange,
        _ view: ViewSwitches
    ) async -> Shown {
        let text =
            caption.isEmpty
            ? ClockText.range(range, zoneOffset: services.zoneOffset) : caption
        return await GraphCard.full(
            drawing, caption: text, from: from, to: to, range: range, view: view,
            services: services)
    }

    /// Earlier, later, closer, wider: zooming without a pointer that drags.
    private func moves(
        _ graph: GraphID, _ range: TimeRange, _ view: ViewSwitches
    ) -> [Link] {
        let middle = range.start.seconds + range.seconds / 2
        let wanted: [(String, String, Int64, Int64)] = [
            ("◀", "earlier", range.start.seconds - range.seconds, range.start.seconds),
            ("▶", "later", range.end.seconds, range.end.seconds + range.seconds),
            (
                "+", "zoom in", middle - max(5, range.seconds / 4),
                middle + max(5, range.seconds / 4)
            ),
            (
                "−", "zoom out", range.start.seconds - range.seconds / 2,
                range.end.seconds + range.seconds / 2
            ),
        ]
        return wanted.compactMap { text, label, start, end in
            // A move beyond what can be drawn is not offered.
            guard
                (try? TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end)))
                    != nil
            else { return nil }
            return Link(
                text: text, label: label,
                link: "/graphs/\(graph)?from=\(start)&to=\(end)\(view.text)",
                move: label.replacing(" ", with: "-"))
        }
    }
}
