import PollerModel

enum DeviceTemplateReader {
    private static let shortestDescription = 3
    /// A vendor's tree has seven arcs, LLDP's five.
    private static let shortestObject = 5

    static func read(
        _ reader: MappingReader, graphs: [String: GraphTemplate], queries: [String: DataQuery]
    ) -> DeviceTemplate? {
        if !reader.has("graphs") { reader.missing("graphs") }
        let made = names(reader, "graphs", of: "graph template", among: graphs.keys)
        let offered = names(reader, "offers", of: "graph template", among: graphs.keys)
        for name in offered where made.contains(name) {
            reader.wrong("offers", "names “\(name)”, which stands in “graphs” already")
        }
        return DeviceTemplate(
            name: reader.requiredText("name"), title: reader.requiredText("title"),
            deviceClass: reader.choice("class", default: DeviceClass.generic),
            source: reader.requiredText("source"), recognition: recognition(reader),
            graphs: made, offers: offered,
            tables: names(reader, "tables", of: "data query", among: queries.keys))
    }

    private static func names(
        _ reader: MappingReader, _ key: String, of kind: String,
        among known: some Collection<String>
    ) -> [String] {
        var seen: Set<String> = []
        return reader.texts(key) { name, node in
            if !known.contains(name) {
                reader.problems.add(
                    reader.path, node,
                    "“\(key)” names the \(kind) “\(name)”, which does not exist"
                        + Suggestion.phrase(for: name, among: known))
            } else if !seen.insert(name).inserted {
                reader.problems.add(
                    reader.path, node, "“\(key)” names “\(name)” twice", fix: "remove one of them")
            }
            return name
        }
    }

    private static func recognition(_ reader: MappingReader) -> DeviceTemplate.Recognition {
        var recognition = DeviceTemplate.Recognition(objectIDPrefixes: reader.oids("object_ids"))
        recognition.descriptions = reader.texts("descriptions") { text, node in
            guard text.count(where: { $0 != "*" }) < shortestDescription else { return Glob(text) }
            reader.problems.add(
                reader.path, node, "“\(text)” in “descriptions” fits devices of any kind",
                fix: "at least \(shortestDescription) characters must be told")
            return nil
        }
        recognition.probes = reader.oids("probes")
        for (key, oids) in [
            ("object_ids", recognition.objectIDPrefixes), ("probes", recognition.probes),
        ] {
            for oid in oids where oid.arcs.count < shortestObject {
                reader.wrong(
                    key, "holds \(oid), which is no more than a root of the tree",
                    fix: "write the OID of a vendor or a MIB, for example 1.3.6.1.4.1.9")
            }
        }
        return recognition
    }
}
