/// A kind of device: how to recognise it and which graphs it gets.
package struct DeviceTemplate: Hashable, Sendable {
    package let name: String
    package let title: String
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// A device whose sysObjectID lies at or below one of these is of this kind; of several
    /// kinds that match, the longest prefix wins. Empty: the kind of everything else.
    package let objectIDPrefixes: [OID]
    /// Names of graph templates; those whose objects the device does not have are left out.
    package let graphs: [String]

    package init(
        name: String, title: String, source: String, objectIDPrefixes: [OID], graphs: [String]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.objectIDPrefixes = objectIDPrefixes
        self.graphs = graphs
    }
}
