import Yams

/// Collects problems, so that one run shows all of them.
final class ProblemList {
    private(set) var problems: [Problem] = []

    func add(_ problem: Problem) { problems.append(problem) }

    func add(_ path: String, _ node: Node?, _ what: String, fix: String? = nil) {
        let mark = node?.mark
        let place = mark.map { "\(path):\($0.line):\($0.column)" } ?? path
        problems.append(Problem(place: place, what: what, fix: fix))
    }
}
