import Foundation

/// Where the shipped catalogue and pages are.
package enum ResourceFolder {
    package static let installed = "/usr/share/pollerd"

    /// The folder of the settings; else the installed one; else `Resources` beside the program
    /// or above its build folder. nil when there is none.
    package static func find(_ settings: Settings) -> String? {
        if !settings.resources.folder.isEmpty {
            return exists(settings.resources.folder) ? settings.resources.folder : nil
        }
        var candidates = [installed]
        if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
            var folder = program.deletingLastPathComponent()
            // .build/<triple>/<configuration>/pollerd lies three folders below the sources.
            for _ in 0..<4 {
                candidates.append(folder.appending(path: "Resources").path(percentEncoded: false))
                folder = folder.deletingLastPathComponent()
            }
        }
        return candidates.first(where: exists)
    }

    /// Whether a folder holds all that pollerd needs, pages among it, and not only what a site
    /// adds.
    package static func isWhole(_ folder: String) -> Bool {
        exists(folder) && FileManager.default.fileExists(atPath: "\(folder)/pages")
    }

    private static func exists(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/device_templates")
    }
}
