import PollerModel

enum DeviceTemplateReader {
    static func read(_ reader: MappingReader, graphs: [String: GraphTemplate]) -> DeviceTemplate? {
        let names = reader.texts("graphs")
        if !reader.has("graphs") { reader.missing("graphs") }
        for name in names where graphs[name] == nil {
            reader.wrong(
                "graphs",
                "names the graph template “\(name)”, which does not exist"
                    + Suggestion.phrase(for: name, among: graphs.keys))
        }
        return DeviceTemplate(
            name: reader.requiredText("name"), title: reader.requiredText("title"),
            source: reader.requiredText("source"), objectIDPrefixes: reader.oids("object_ids"),
            graphs: names)
    }
}
