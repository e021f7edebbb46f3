import PollerModel

/// Last values of a data source by the names of its items.
struct LastValues {
    private let items: [SourceStatus.Item]
    let sampledAt: Timestamp?

    init(_ status: SourceStatus?) {
        items = status?.items ?? []
        sampledAt = status?.sampledAt
    }

    /// The rate a second of a counter, or the value of a gauge; nil while it is not known.
    subscript(_ name: String) -> Double? {
        guard case .success(let value)? = items.first(where: { $0.name == name })?.shown else {
            return nil
        }
        return value
    }

    /// The sum of those of these items that are known; nil where none is.
    func sum(of names: [String]) -> Double? {
        let known = names.compactMap { self[$0] }
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}

/// The data templates of interfaces as the shipped catalogue names them
/// (`Resources/data_templates/interfaces.yaml`). A catalogue without them has no such columns.
enum InterfaceTemplates {
    static let query = "interfaces"
    static let traffic = "interface_traffic"
    static let errors = "interface_errors"
    static let received = "traffic_in"
    static let sent = "traffic_out"
    static let errorItems = ["errors_in", "errors_out"]
    static let discardItems = ["discards_in", "discards_out"]
    /// Traffic is measured in octets, and shown in bits.
    static let bits = 8.0
}
