import PollerModel

enum DeviceTemplateReader {
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
        recognition.descriptions = reader.texts("descriptions").map { Glob($0) }
        recognition.probes = reader.oids("probes")
        return recognition
    }
}
