import Foundation
import PollerModel

/// What a gallery shows: which graphs, until when. It is kept beside the pictures, so that a run
/// that was interrupted goes on where it was.
struct Gallery: Codable, Sendable {
    static let fileName = "gallery.json"

    /// Where the pictures end, in Unix seconds.
    let end: Int64
    /// The daemon's address.
    let source: String
    let version: String
    let entries: [Entry]
    /// Whether every picture is there.
    var isComplete = false

    struct Entry: Codable, Sendable {
        let graph: Int64
        let title: String
        let template: String
        /// Of the devices that have such graphs: what they are.
        let group: String
    }

    /// The stretches of time that each graph is shown over.
    enum Span: String, CaseIterable {
        case day, week, month, year

        var seconds: Int64 {
            switch self {
            case .day: 86_400
            case .week: 7 * 86_400
            case .month: 30 * 86_400
            case .year: 365 * 86_400
            }
        }
    }

    static let themes: [GraphTheme] = [.light, .dark]

    /// One picture of it.
    struct Plate: Sendable {
        let entry: Entry
        let span: Span
        let theme: GraphTheme

        /// Of ids and words of ours only.
        var fileName: String { "\(entry.graph)-\(span.rawValue)-\(theme.rawValue).png" }
    }

    var plates: [Plate] {
        entries.flatMap { entry in
            Span.allCases.flatMap { span in
                Self.themes.map { Plate(entry: entry, span: span, theme: $0) }
            }
        }
    }

    func range(_ span: Span) -> String { "from=\(end - span.seconds)&to=\(end)" }

    /// What a run that was not finished left behind; nil where there is none.
    static func unfinished(in directory: String) -> Gallery? {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(fileName)"),
            // What somebody else put there begins anew.
            let gallery = try? JSONDecoder().decode(Gallery.self, from: data),
            !gallery.isComplete
        else { return nil }
        return gallery
    }

    func write(in directory: String) throws {
        try OutputFile.write(JSONText.encodeAsNamed(self), to: "\(directory)/\(Self.fileName)")
    }
}
