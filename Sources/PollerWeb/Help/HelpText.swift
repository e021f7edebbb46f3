import PollerModel

/// A run of text within a line of the help.
struct HelpSpan: Hashable {
    enum Kind: Hashable { case plain, strong, code, link(String) }

    let kind: Kind
    let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    // What the template asks for: one of them is not nil.
    var plain: String? { kind == .plain ? text : nil }
    var strong: String? { kind == .strong ? text : nil }
    var code: String? { kind == .code ? text : nil }
    var link: HelpLink? { if case .link(let target) = kind { HelpLink(target, text) } else { nil } }
}

struct HelpLink: Hashable {
    let target: String
    let label: String

    init(_ target: String, _ label: String) {
        self.target = target
        self.label = label
    }
}

/// A part of a page of the help.
enum HelpBlock: Hashable {
    /// Below the page's own title: of level 2 or 3.
    case heading(level: Int, id: String, [HelpSpan])
    case paragraph([HelpSpan])
    case list(isOrdered: Bool, [[HelpSpan]])
    case code(String)
    case table(head: [[HelpSpan]], rows: [[[HelpSpan]]])
}

/// A page of the help, written in a small part of Markdown: headings with `#`, paragraphs, lists
/// with `-` or `1.`, tables with `|`, code between lines of three backticks; within a line
/// `code`, **strong** and [links](/help). Anything else is text, HTML most of all.
struct HelpText: Hashable {
    /// The first line, a heading of level 1.
    let title: String
    let blocks: [HelpBlock]

    /// Why a text is no page of the help.
    struct Mistake: Error {
        let line: Int
        let words: String
    }

    init(_ text: String) throws(Mistake) {
        var reader = HelpReader(text)
        (title, blocks) = try reader.page()
    }

    /// Where its links lead.
    var links: [String] {
        blocks.flatMap(\.spans).compactMap(\.link?.target)
    }
}

extension HelpBlock {
    var spans: [HelpSpan] {
        switch self {
        case .heading(_, _, let spans), .paragraph(let spans): spans
        case .list(_, let items): items.flatMap { $0 }
        case .code: []
        case .table(let head, let rows): head.flatMap { $0 } + rows.flatMap { $0.flatMap { $0 } }
        }
    }
}
