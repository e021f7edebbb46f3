import PollerModel

/// `/admin/settings`: all settings as the daemon read them. They are changed in their file.
struct SettingsPage {
    let settings: WebServices.Settings

    struct Content {
        let file: String
        let parts: [NavigationEntry]
        let hasSettings: Bool
        let settings: [Row]
    }

    struct Row {
        let key: String
        let value: String
        let standard: String
        let isSet: Bool
        let place: String
        let meaning: String
    }

    func content(_ viewer: Viewer) -> Content {
        Content(
            file: settings.file,
            parts: NavigationEntry.administration(for: viewer, at: "/admin/settings"),
            hasSettings: !settings.entries.isEmpty,
            settings: settings.entries.map { entry in
                Row(
                    key: entry.key, value: Self.shown(entry.value),
                    standard: Self.shown(entry.standard), isSet: entry.line != nil,
                    place: entry.line.map { "line \($0)" } ?? "default", meaning: entry.meaning)
            })
    }

    private static func shown(_ text: String) -> String { text.isEmpty ? "(empty)" : text }
}

extension WebServices {
    /// The settings of the daemon, for people to read. Secrets are none of them.
    package struct Settings: Sendable {
        package struct Entry: Sendable {
            package let key: String
            package let value: String
            package let standard: String
            /// Where the file says so; nil where the default counts.
            package let line: Int?
            package let meaning: String

            package init(key: String, value: String, standard: String, line: Int?, meaning: String)
            {
                self.key = key
                self.value = value
                self.standard = standard
                self.line = line
                self.meaning = meaning
            }
        }

        package let file: String
        package let entries: [Entry]

        package init(file: String = "", entries: [Entry] = []) {
            self.file = file
            self.entries = entries
        }
    }
}
