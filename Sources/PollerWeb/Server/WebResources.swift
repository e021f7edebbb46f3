import Foundation
import Mustache

/// Templates, style sheet and scripts of the pages, read and parsed once.
package struct WebResources: Sendable {
    static let templates = [
        "access_fields",
        "access_words",
        "account",
        "admin_nav",
        "audit",
        "cookie_missing",
        "dashboard",
        "dashboard_edit",
        "dashboard_tile_form",
        "dashboard_tiles",
        "dashboard_tv",
        "dashboards",
        "device",
        "device_delete",
        "device_edit",
        "device_fields",
        "device_new",
        "device_offers",
        "device_step",
        "device_trial_outcome",
        "device_trial_problem",
        "device_values",
        "devices",
        "devices_bulk",
        "editor_field",
        "error",
        "event_rows",
        "events",
        "explain",
        "graph",
        "graph_card",
        "graph_edit",
        "graph_place",
        "graph_shares",
        "graphs",
        "graphs_aggregate",
        "graphs_delete",
        "health", "health_support",
        "help",
        "layout",
        "live",
        "login",
        "login_code",
        "overview",
        "recovery_codes",
        "search",
        "second_factor",
        "settings",
        "setup",
        "template",
        "templates",
        "token_rows",
        "tokens",
        "tree",
        "tree_edit",
        "tree_edit_items",
        "tree_items",
        "tree_rule",
        "trees",
        "user",
        "users",
    ]

    /// A file of the pages that cannot be used.
    package struct Unusable: Error {
        package let place: String
        package let words: String
    }

    let pages: MustacheLibrary
    let files: StaticFiles
    let help: HelpPages

    /// - Parameter folder: the resources folder, with `pages`, `web` and `docs` in it.
    package init(folder: String) throws(Unusable) {
        do {
            files = try StaticFiles(folder: "\(folder)/web")
        } catch {
            throw Unusable(place: error.path, words: error.words)
        }
        do {
            help = try HelpPages(folder: "\(folder)/docs")
        } catch {
            throw Unusable(place: error.place, words: error.words)
        }
        var pages = MustacheLibrary()
        for name in Self.templates {
            let path = "\(folder)/pages/\(name).mustache"
            do {
                try pages.register(String(contentsOfFile: path, encoding: .utf8), named: name)
            } catch {
                throw Unusable(place: path, words: "\(error)")
            }
        }
        self.pages = pages
    }
}
