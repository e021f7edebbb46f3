/// A series of a picture: one of the template's, of one part or put together of all.
struct Trace {
    let label: String
    let style: GraphTemplate.Style
    let stroke: GraphStroke
    let color: Color
    let format: GraphTemplate.NumberFormat
    let isBelow: Bool
    /// Names of the plan: the means, and the largest values where there are any.
    let average: String
    let peak: String?
    /// What its newest value is, where that is of finer rows.
    let recent: Double??
    /// What it can come to, in its own unit.
    let capacity: Double?
    /// The same computation over the time before, in rows of its own.
    let earlier: (name: String, values: [Double])?
}

extension [Trace] {
    /// Those whose unknown rows are gaps: what is drawn, or all where nothing is.
    var decisive: [Trace] {
        let drawn = filter { $0.style != .numbers }
        return drawn.isEmpty ? self : drawn
    }
}
