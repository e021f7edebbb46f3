package import PollerModel

/// Something that keeps a file, folder or setting from being used: where, what, and what to do.
package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// `file:line:column`, a path, or an address.
    package let place: String
    package let what: String
    package let fix: String?
    /// What `doctor` calls it; nil where that depends on who looks.
    package let code: FindingCode?

    package init(place: String, what: String, fix: String? = nil, code: FindingCode? = nil) {
        self.place = place
        self.what = what
        self.fix = fix
        self.code = code
    }

    /// One line.
    package var description: String {
        "\(place): \(what)" + (fix.map { "; \($0)" } ?? "") + (code.map { " [\($0.code)]" } ?? "")
    }
}
