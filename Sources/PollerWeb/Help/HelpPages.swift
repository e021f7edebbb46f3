import Foundation
import Hummingbird

/// `/help` and `/help/{page}`: the files of `Resources/docs`, read and checked once.
struct HelpPages: Sendable {
    /// Shown at `/help`, and names all the others.
    static let first = "index"

    /// By name.
    private let texts: [String: HelpText]

    struct Unusable: Error {
        let place: String
        let words: String
    }

    /// - Parameter folder: with files `NAME.md`.
    init(folder: String) throws(Unusable) {
        var texts: [String: HelpText] = [:]
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Unusable(place: folder, words: error.localizedDescription)
        }
        for name in names where name.hasSuffix(".md") {
            let path = "\(folder)/\(name)"
            do {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                texts[String(name.dropLast(3))] = try HelpText(text)
            } catch let mistake as HelpText.Mistake {
                throw Unusable(place: "\(path):\(mistake.line)", words: mistake.words)
            } catch {
                throw Unusable(place: path, words: "\(error)")
            }
        }
        guard texts[Self.first] != nil else {
            throw Unusable(place: "\(folder)/\(Self.first).md", words: "is missing")
        }
        self.texts = texts
    }

    var names: [String] { texts.keys.sorted() }

    func text(_ name: String) -> HelpText? { texts[name] }

    /// Where a page is.
    static func path(_ name: String) -> String { name == first ? "/help" : "/help/\(name)" }

    /// As it was added to the router.
    static func route(_ name: String) -> String { name == first ? "/help" : "/help/{name}" }

    struct Content {
        let heading: String
        let blocks: [Block]
        /// Whether it is not the first page, which leads to it.
        let isInner: Bool
    }

    /// A block as the template has it: one of these is not nil.
    struct Block {
        var section: Heading?
        var subsection: Heading?
        var paragraph: Spans?
        var bullets: Items?
        var numbered: Items?
        var listing: String?
        var table: Table?
    }

    struct Heading {
        let id: String
        let spans: [Span]
    }

    struct Spans {
        let spans: [Span]
    }

    struct Items {
        let items: [Spans]
    }

    struct Table {
        /// Of the tables of its page, from 1.
        var number = 0
        let head: [Spans]
        let rows: [Row]
    }

    struct Row {
        let cells: [Spans]
    }

    /// One of these is not nil.
    struct Span {
        let plain: String?
        let strong: String?
        let code: String?
        let link: HelpLink?

        init(_ span: HelpSpan) {
            plain = span.plain
            strong = span.strong
            code = span.code
            link = span.link
        }
    }

    func content(_ name: String) throws(WebProblem) -> Content {
        guard let text = texts[name] else {
            throw .notFound("page of the help of this name", fix: "see all of them: /help")
        }
        var tables = 0
        let blocks = text.blocks.map { block in
            var shown = Block(block)
            if shown.table != nil { tables += 1 }
            shown.table?.number = tables
            return shown
        }
        return Content(heading: text.title, blocks: blocks, isInner: name != Self.first)
    }
}

extension HelpPages.Spans {
    init(_ spans: [HelpSpan]) { self.spans = spans.map(HelpPages.Span.init) }
}

extension HelpPages.Block {
    init(_ block: HelpBlock) {
        switch block {
        case .heading(let level, let id, let spans):
            let heading = HelpPages.Heading(id: id, spans: spans.map(HelpPages.Span.init))
            if level == 2 { section = heading } else { subsection = heading }
        case .paragraph(let spans): paragraph = .init(spans)
        case .list(let isOrdered, let items):
            let items = HelpPages.Items(items: items.map { .init($0) })
            if isOrdered { numbered = items } else { bullets = items }
        case .code(let text): listing = text
        case .table(let head, let rows):
            table = .init(
                head: head.map { .init($0) },
                rows: rows.map { .init(cells: $0.map { .init($0) }) })
        }
    }
}
