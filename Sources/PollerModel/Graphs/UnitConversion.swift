/// What of a template's unit is shown in another: bits as bytes, or as a share of what an interface
/// can carry.
struct UnitConversion {
    /// By which the template's values are multiplied.
    let factor: Double
    let isShare: Bool
    /// Whether values are of what an interface carries: of packets nobody knows how many it could.
    let hasCapacity: Bool
    let verticalLabel: String
    /// What a total is counted in, and by what the product of value and seconds is divided; nil
    /// where a total means nothing.
    let total: (unit: String, divisor: Double)?

    private static let bits = "bits per second"
    private static let bytes = "bytes per second"
    private static let rateSuffix = " per second"

    /// Whether a unit is bits or bytes, of which each can be shown as the other.
    static func isConvertible(_ unit: String) -> Bool { unit == bits || unit == bytes }

    init(_ template: GraphTemplate, _ view: GraphView) {
        let label = template.settings.verticalLabel
        isShare = view.axis == .percent
        let isBits = label == Self.bits
        let isBytes = label == Self.bytes
        hasCapacity = isBits || isBytes
        switch view.units {
        case .bytes where isBits: (factor, verticalLabel) = (1 / 8, Self.bytes)
        case .bits where isBytes: (factor, verticalLabel) = (8, Self.bits)
        case .asDefined, .bits, .bytes: (factor, verticalLabel) = (1, label)
        }
        if isShare {
            total = nil
        } else if verticalLabel == Self.bits {
            total = ("B", 8)
        } else if verticalLabel == Self.bytes {
            total = ("B", 1)
        } else {
            total = label.hasSuffix(Self.rateSuffix) ? ("", 1) : nil
        }
    }

    func format(_ format: GraphTemplate.NumberFormat) -> GraphTemplate.NumberFormat {
        isShare ? .decimal : format
    }

    /// What the template's values are multiplied by; NaN where nobody knows what they are a share of.
    ///
    /// - Parameter capacity: in the template's own unit.
    func factor(capacity: Double?) -> Double {
        guard isShare else { return factor }
        return capacity.map { 100 / $0 } ?? .nan
    }

    /// A capacity in the unit that is shown.
    func scaled(_ capacity: Double) -> Double { isShare ? 100 : capacity * factor }
}

extension PlanBuilder {
    /// The value of a name times a number; unknown times NaN.
    ///
    /// - Parameter isRead: whether there are numbers of it (`compute`).
    mutating func scale(_ name: String, by factor: Double, isRead: Bool = true) -> String {
        if factor == 1 { return name }
        let other: Expression.Token = factor.isNaN ? .operation(.unknown) : .number(factor)
        do {
            return compute(
                try Expression([.variable(name), other, .operation(.multiply)]),
                isRead: isRead && hasColumn(name))
        } catch {
            preconditionFailure("a product is an expression: \(error.words)")
        }
    }
}
