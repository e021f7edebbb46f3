import Foundation

/// One line of what `pollerbench` prints: a JSON object, its keys in the order they are given.
struct Figures {
    private var fields: [(name: String, json: String)] = []

    /// - Parameter bench: the subcommand.
    init(bench: String, of what: String) {
        add("bench", bench)
        add("case", what)
    }

    mutating func add(_ name: String, _ text: String) {
        // Names and words of our own, without quotes.
        fields.append((name, "\"\(text)\""))
    }

    mutating func add(_ name: String, _ number: Int) { fields.append((name, "\(number)")) }

    /// Three digits behind the point, which is more than any of it means.
    mutating func add(_ name: String, _ number: Double) {
        fields.append((name, "\((number * 1_000).rounded() / 1_000)"))
    }

    func print() {
        let body = fields.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",")
        // Each line as it is known, also into a pipe.
        FileHandle.standardOutput.write(Data("{\(body)}\n".utf8))
    }
}
