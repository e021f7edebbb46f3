import HTTPTypes
import PollerModel

/// Pages that are found by their names, besides what they show.
struct ProductPages {
    struct Page: Hashable {
        let name: String
        let path: String
        /// As `AccessTable` has it.
        let route: String
        /// What somebody may call it besides.
        let words: String

        init(_ name: String, _ path: String, route: String? = nil, words: String) {
            self.name = name
            self.path = path
            self.route = route ?? path
            self.words = words
        }

        /// Whether there is such a page, for whoever asks.
        fileprivate var isSeen: Bool {
            AccessTable.permission(.get, route)?.verdict(on: CurrentViewer.viewer) == .allowed
        }
    }

    /// Pages that people know by name.
    private static let usual = [
        Page("Overview", "/", words: "start home what fails"),
        Page("Devices", "/devices", words: "list hosts switches routers"),
        Page("Graphs", "/graphs", words: "list pictures"),
        Page("Trees", "/trees", words: "branches"),
        Page("Dashboards", "/dashboards", words: "boards screens"),
        Page("Events", "/events", words: "log history what happened"),
        Page("Health", "/health", words: "doctor poller daemon status"),
        Page("Your account", "/account", words: "password sessions log out"),
    ]

    let pages: [Page]

    init(help: HelpPages) {
        pages =
            Self.usual
            + help.names.compactMap { name in
                help.text(name).map {
                    Page(
                        $0.title, HelpPages.path(name), route: HelpPages.route(name),
                        words: "help manual")
                }
            }
    }

    /// Best first.
    func matching(_ text: SearchText) -> [Page] {
        let entries = pages.enumerated().filter(\.element.isSeen).map { place, page in
            SearchEntry(.graph, Int64(place), of: nil, name: page.name, texts: [page.words])
        }
        return SearchGroup(.graph, entries, fitting: text, isCut: false).matches.map {
            pages[Int($0.key.id)]
        }
    }
}
