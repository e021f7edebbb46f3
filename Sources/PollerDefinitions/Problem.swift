/// Something that keeps a file, folder or setting from being used: where, what, and what to do.
package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// `file:line:column`, a path, or an address.
    package let place: String
    package let what: String
    package let fix: String?

    package init(place: String, what: String, fix: String? = nil) {
        self.place = place
        self.what = what
        self.fix = fix
    }

    /// One line.
    package var description: String {
        "\(place): \(what)" + (fix.map { "; \($0)" } ?? "")
    }
}
