import Foundation
import PollerModel

/// The page of a gallery: one file without scripts, that shows the pictures beside it.
struct GalleryPage {
    let gallery: Gallery
    let directory: String
    /// What a picture shows in words, by the name of its light file.
    let descriptions: [String: String]

    var html: String {
        let groups = Dictionary(grouping: gallery.entries, by: \.group)
            .sorted { $0.key < $1.key }
        let made = HTMLText.escaped(Timestamp(seconds: gallery.end).rfc3339)
        let contents = groups.map { name, entries in
            let heading = HTMLText.escaped(Self.heading(name))
            return "<li><a href=\"#\(Self.anchor(name))\">\(heading)</a><ul>"
                + entries.map(Self.entryLink).joined() + "</ul></li>\n"
        }.joined()
        let sections = groups.map { name, entries in
            let heading = HTMLText.escaped(Self.heading(name))
            return "<section>\n<h2 id=\"\(Self.anchor(name))\">\(heading)</h2>\n"
                + entries.map(entry).joined() + "</section>\n"
        }.joined()
        let count = gallery.entries.count == 1 ? "1 graph" : "\(gallery.entries.count) graphs"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            img-src 'self' file:; style-src 'unsafe-inline'">
            <title>Graphs of Pollerd</title>
            <style>
            \(Self.style)</style>
            </head>
            <body>
            <h1>Graphs of Pollerd</h1>
            <p>\(count), each over a day, a week, a month and a year, until \(made); made by \
            <code>pollerctl graph gallery</code> from pollerd \
            \(HTMLText.escaped(gallery.version)) at \(HTMLText.escaped(gallery.source)).</p>
            <nav aria-label="Contents"><ul>
            \(contents)</ul></nav>
            \(sections)</body>
            </html>

            """
    }

    private static func heading(_ group: String) -> String {
        group.prefix(1).uppercased() + group.dropFirst().replacing("_", with: " ")
    }

    /// An id without anything that would need escaping.
    private static func anchor(_ group: String) -> String {
        "group-"
            + group.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "-" }
            .joined()
    }

    private static func entryLink(_ entry: Gallery.Entry) -> String {
        "<li><a href=\"#graph-\(entry.graph)\">\(HTMLText.escaped(entry.template)): "
            + "\(HTMLText.escaped(entry.title))</a></li>"
    }

    private func entry(_ entry: Gallery.Entry) -> String {
        let spans = Gallery.Span.allCases.map { span in
            "<h4>\(span.rawValue.prefix(1).uppercased())\(span.rawValue.dropFirst())</h4>\n"
                + "<div class=\"pair\">\n"
                + Gallery.themes.map {
                    picture(Gallery.Plate(entry: entry, span: span, theme: $0))
                }.joined() + "</div>\n"
        }.joined()
        return """
            <article>
            <h3 id="graph-\(entry.graph)">\(HTMLText.escaped(entry.title))</h3>
            <p class="template">\(HTMLText.escaped(entry.template))</p>
            \(spans)</article>

            """
    }

    private func picture(_ plate: Gallery.Plate) -> String {
        guard let size = PNGSize(path: "\(directory)/\(plate.fileName)") else {
            return "<p class=\"missing\">This picture could not be drawn.</p>\n"
        }
        let light = Gallery.Plate(entry: plate.entry, span: plate.span, theme: .light)
        let words = descriptions[light.fileName].map { ". \($0)" } ?? ""
        let alt = HTMLText.escaped(
            "\(plate.entry.title), \(plate.span.rawValue), \(plate.theme.rawValue)\(words)")
        return "<img class=\"\(plate.theme.rawValue)\" src=\"\(plate.fileName)\" "
            + "width=\"\(size.width)\" height=\"\(size.height)\" loading=\"lazy\" "
            + "alt=\"\(alt)\">\n"
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { margin: 0 auto; max-width: 106rem; padding: 0 1rem 3rem;
          font: 1rem/1.5 "DejaVu Sans", system-ui, sans-serif;
          background: light-dark(#ffffff, #14181d); color: light-dark(#1b1f24, #e6edf3); }
        a { color: light-dark(#0058a3, #79c0ff); }
        h1, h2, h3, li { overflow-wrap: anywhere; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid light-dark(#d0d7de, #30363d); }
        h3 { margin: 1.5rem 0 0; }
        h4 { margin: 0.75rem 0 0.25rem; font-weight: 400; }
        .template, .missing { margin: 0; color: light-dark(#57606a, #9198a1); }
        .pair { display: grid; gap: 0.75rem; align-items: start;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), max-content)); }
        img { max-width: 100%; height: auto; display: block; }
        .light { background: #ffffff; }
        .dark { background: #14181d; }

        """
}

/// Text in HTML.
enum HTMLText {
    /// Fit for elements, and for attributes in double or single quotes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// How large a PNG is, by its header (PNG specification, 11.2.2).
struct PNGSize {
    let width: Int
    let height: Int

    /// nil where the file is none.
    init?(path: String) {
        guard let file = FileHandle(forReadingAtPath: path),
            let head = try? file.read(upToCount: 24), head.count == 24,
            head.starts(with: [0x89, 0x50, 0x4e, 0x47])
        else { return nil }
        func number(_ place: Int) -> Int {
            head[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        (width, height) = (number(16), number(20))
    }
}
