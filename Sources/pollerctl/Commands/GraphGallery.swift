import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl graph gallery DIR`
struct GraphGallery: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery",
        abstract: "Draws a day, a week, a month and a year of each kind of graph into a folder.",
        discussion: """
            Of each graph template the graph with the most data of the last month is shown, light \
            and dark, on a page index.html that needs nothing but the pictures beside it. What was \
            interrupted, or could not be drawn, is made up for when the command is given again; \
            where all is there, everything is drawn anew.
            """)

    @Argument(
        help: "Folder for page and pictures; it is made where it is not.", completion: .directory)
    var folder: String

    @Option(help: "Only graphs of this device: its id or name.")
    var device: String?

    @Flag(help: "Every graph, not one of each template.")
    var all = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        try FolderText.make(folder)
        var gallery = try begun(daemon)
        try gallery.write(in: folder)
        let failures = GalleryRun(daemon, gallery, directory: folder).run()
        let page = GalleryPage(
            gallery: gallery, directory: folder, descriptions: descriptions(gallery, daemon))
        try OutputFile.write(Data(page.html.utf8), to: "\(folder)/index.html")
        for failure in failures {
            Terminal.complain("\(failure.plate.fileName): \(failure.words)")
        }
        let missing = gallery.plates.count {
            PNGSize(path: "\(folder)/\($0.fileName)") == nil
        }
        let there = gallery.plates.count - missing
        Terminal.complain("\(there) pictures are in \(folder)/index.html.")
        guard missing == 0 else {
            throw CommandFailure(
                "\(missing) of \(gallery.plates.count) pictures are missing",
                fix: "give the command again: it draws only what is missing")
        }
        gallery.isComplete = true
        try gallery.write(in: folder)
    }

    /// What was begun here and is not finished; else a new one, in place of an old one's pictures.
    private func begun(_ daemon: Daemon) throws -> Gallery {
        if let unfinished = Gallery.unfinished(in: folder) {
            Terminal.complain("Going on with what was begun here.")
            return unfinished
        }
        let status = try daemon.get("/api/v1/status", as: StatusReport.self)
        let gallery = Gallery(
            end: Int64(Date().timeIntervalSince1970), source: status.url,
            version: status.version,
            entries: try GallerySelection(daemon: daemon, device: device, all: all).entries())
        for plate in gallery.plates {
            let path = "\(folder)/\(plate.fileName)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw CommandFailure(
                    "\(path) cannot be replaced: \(error.localizedDescription)")
            }
        }
        return gallery
    }

    /// For those who do not see the pictures; one that is missing leaves its title.
    private func descriptions(_ gallery: Gallery, _ daemon: Daemon) -> [String: String] {
        var descriptions: [String: String] = [:]
        for plate in gallery.plates where plate.theme == .light {
            let path =
                "/api/v1/graphs/\(plate.entry.graph)/numbers?\(gallery.range(plate.span))"
            // Why there is no picture was said where it was drawn.
            let report = try? daemon.get(path, as: GraphNumbersReport.self)
            descriptions[plate.fileName] = report?.summary
        }
        return descriptions
    }
}
