/// Adds up what several parts have. A part counts from its first sample on: before, there was
/// nothing of it, afterwards what is missing is unknown.
struct Summation {
    let names: [String]
    /// Seconds of UTC.
    let firsts: [Int64]
    let takesKnown: Bool
    let frameStart: Int64
    /// Whether numbers are made of it; not of another time than the picture's.
    var isRead = true

    func build(isMean: Bool, addedAtOnce: Int, _ builder: inout PlanBuilder) -> String {
        let terms = zip(names, firsts).map { name, first in term(name, first, &builder) }
        var sum = added(terms, takesKnown ? .addKnown : .add, addedAtOnce, &builder)
        if isMean {
            let ones = zip(names, firsts).map { name, first in
                presence(name, first, &builder)
            }
            let present = added(ones, .add, addedAtOnce, &builder)
            sum = compute([.variable(sum), .variable(present), .operation(.divide)], &builder)
        }
        let earliest = firsts.min() ?? 0
        guard earliest > frameStart, !takesKnown else { return sum }
        return compute(
            [
                .operation(.time), .number(Double(earliest)), .operation(.less),
                .operation(.unknown), .variable(sum), .operation(.choose),
            ], &builder)
    }

    /// The value; 0 before there was anything of the part.
    private func term(_ name: String, _ first: Int64, _ builder: inout PlanBuilder) -> String {
        guard !takesKnown, first > frameStart else { return name }
        return compute(
            isAbsent(name, first) + [.number(0), .variable(name), .operation(.choose)], &builder)
    }

    /// 1 where the part counts, 0 where it does not.
    private func presence(_ name: String, _ first: Int64, _ builder: inout PlanBuilder) -> String {
        let absent: [Expression.Token] =
            takesKnown ? [.variable(name), .operation(.isUnknown)] : isAbsent(name, first)
        return compute(absent + [.number(0), .number(1), .operation(.choose)], &builder)
    }

    private func isAbsent(_ name: String, _ first: Int64) -> [Expression.Token] {
        [
            .variable(name), .operation(.isUnknown), .operation(.time), .number(Double(first)),
            .operation(.less), .operation(.multiply),
        ]
    }

    private func added(
        _ names: [String], _ operation: Expression.Operation, _ atOnce: Int,
        _ builder: inout PlanBuilder
    ) -> String {
        var rest = names
        while rest.count > 1 {
            rest = stride(from: 0, to: rest.count, by: atOnce).map { start in
                let group = rest[start..<min(start + atOnce, rest.count)]
                var tokens: [Expression.Token] = group.prefix(1).map { .variable($0) }
                for name in group.dropFirst() {
                    tokens += [.variable(name), .operation(operation)]
                }
                return compute(tokens, &builder)
            }
        }
        return rest[0]
    }

    private func compute(
        _ tokens: [Expression.Token], _ builder: inout PlanBuilder
    ) -> String {
        do {
            return builder.compute(try Expression(tokens), isRead: isRead)
        } catch {
            preconditionFailure("sums of \(names.count) parts are expressions: \(error.words)")
        }
    }
}
