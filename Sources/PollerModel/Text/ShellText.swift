/// Words of a command line, for the shell of POSIX.
package enum ShellText {
    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%#".utf8)

    /// One word that the shell takes as it is: in single quotes unless it needs none (POSIX
    /// XCU §2.2.2). A leading `#` or `~` is quoted too.
    package static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { plain.contains($0) } && text.utf8.first != 0x23
        if isPlain { return text }
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" {
                quoted += "'\\''"
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }
}
