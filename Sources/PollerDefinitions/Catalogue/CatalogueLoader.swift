import Foundation
package import PollerModel
import Yams

/// Reads the catalogue from its folders, checks that every name in it resolves, and reports all
/// that is wrong in one run.
package enum CatalogueLoader {
    /// Files of one kind in one folder.
    static let largestFileCount = 2_000

    /// - Parameter folders: the shipped resources first, then the site's own, whose entries
    ///   replace those of the same name. A folder that does not exist holds nothing.
    package static func load(_ folders: [String]) -> (catalogue: Catalogue, problems: [Problem]) {
        let problems = ProblemList()
        var origins: [String: Catalogue.Origin] = [:]
        var readers = EntryReaders(problems: problems)
        var profileReaders: [String: MappingReader] = [:]
        readers.profiles = read("profiles", in: folders, subject: "profile", &origins, problems) {
            reader in
            let profile = ProfileReader.read(reader)
            if let profile { profileReaders[profile.name] = reader }
            return profile
        }
        ProfileReader.checkDefaults(
            readers.profiles.values.compactMap { profile in
                profileReaders[profile.name].map { (profile, $0) }
            })
        readers.queries = read(
            "data_queries", in: folders, subject: "data query", &origins, problems
        ) {
            DataQueryReader.read($0)
        }
        readers.data = read(
            "data_templates", in: folders, subject: "data template", &origins, problems
        ) {
            [readers] in
            DataTemplateReader.read($0, queries: readers.queries, profiles: readers.profiles)
        }
        readers.graphs = read(
            "graph_templates", in: folders, subject: "graph template", &origins, problems
        ) {
            [readers] in
            GraphTemplateReader.read($0, data: readers.data, queries: readers.queries)
        }
        readers.devices = read(
            "device_templates", in: folders, subject: "device template", &origins, problems
        ) {
            [readers] in
            DeviceTemplateReader.read($0, graphs: readers.graphs, queries: readers.queries)
        }
        var catalogue = Catalogue(
            profiles: Array(readers.profiles.values), dataQueries: Array(readers.queries.values),
            dataTemplates: Array(readers.data.values),
            graphTemplates: Array(readers.graphs.values),
            deviceTemplates: Array(readers.devices.values))
        catalogue.origins = origins
        if problems.problems.isEmpty, catalogue.kind(of: SystemDescription()) == nil {
            problems.add(
                Problem(
                    place: folders.first ?? "resources",
                    what: "has no device template that fits every device",
                    fix: "one is needed without object_ids, descriptions and probes"))
        }
        return (catalogue, problems.problems)
    }

    private struct EntryReaders {
        let problems: ProblemList
        var profiles: [String: Profile] = [:]
        var queries: [String: DataQuery] = [:]
        var data: [String: DataTemplate] = [:]
        var graphs: [String: GraphTemplate] = [:]
        var devices: [String: DeviceTemplate] = [:]
    }

    /// All entries of one kind, by name. Of those that a site replaces, only the site's are read:
    /// what it has may fit nothing else.
    private static func read<Entry>(
        _ kind: String, in folders: [String], subject: String,
        _ origins: inout [String: Catalogue.Origin], _ problems: ProblemList,
        _ body: (MappingReader) -> Entry?
    ) -> [String: Entry] {
        var readers: [(name: String, reader: MappingReader)] = []
        for (place, folder) in folders.enumerated() {
            let own = Self.readers(in: "\(folder)/\(kind)", subject: subject, problems)
            let names = Set(own.map(\.name))
            readers.removeAll { names.contains($0.name) && !$0.name.isEmpty }
            readers += own
            for (name, reader) in own {
                let file = reader.path.split(separator: "/").last.map(String.init)
                origins["\(kind)/\(name)"] = Catalogue.Origin(
                    file: file ?? reader.path, isSite: place > 0)
            }
        }
        var entries: [String: Entry] = [:]
        for (name, reader) in readers {
            if let entry = body(reader) { entries[name] = entry }
            reader.finish()
        }
        return entries
    }

    private static func readers(
        in folder: String, subject: String, _ problems: ProblemList
    ) -> [(name: String, reader: MappingReader)] {
        var readers: [(name: String, reader: MappingReader)] = []
        var places: [String: String] = [:]
        for path in files(in: folder, problems) {
            let document: YAMLDocument
            do {
                document = try YAMLDocument(path: path)
            } catch {
                problems.add(error)
                continue
            }
            if document.roots.isEmpty {
                problems.add(
                    Problem(
                        place: path, what: "is empty", fix: "delete it, or describe a \(subject)"))
            }
            for root in document.roots {
                let reader = MappingReader(root, subject: subject, path: path, problems: problems)
                let name = reader.text("name") ?? ""
                check(name, reader)
                if let other = places[name], !name.isEmpty {
                    reader.wrong(
                        "name", "“\(name)” is already the name of \(other)",
                        fix: "give one of the two another name")
                }
                places[name] = path
                readers.append((name, reader))
            }
        }
        return readers
    }

    private static func check(_ name: String, _ reader: MappingReader) {
        guard !name.trimmed.isEmpty, !CatalogueName.isValid(name) else { return }
        reader.wrong(
            "name", "“\(name)” is no name",
            fix:
                "names are 1 to \(CatalogueName.longest) of a-z, 0-9 and _, and begin with a letter"
        )
    }

    private static func files(in folder: String, _ problems: ProblemList) -> [String] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder) else { return [] }
        do {
            let names = try manager.contentsOfDirectory(atPath: folder).sorted()
            let wanted = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            for name in names where name.hasSuffix(".yml") {
                problems.add(
                    Problem(
                        place: "\(folder)/\(name)", what: "would not be read",
                        fix: "catalogue files end in .yaml: rename it"))
            }
            guard wanted.count <= largestFileCount else {
                problems.add(
                    Problem(
                        place: folder, what: "holds \(wanted.count) files",
                        fix: "at most \(largestFileCount) are read"))
                return []
            }
            return wanted.map { "\(folder)/\($0)" }
        } catch {
            problems.add(
                Problem(
                    place: folder, what: "cannot be listed: \(error.localizedDescription)",
                    fix: "check that this user may read it"))
            return []
        }
    }
}
