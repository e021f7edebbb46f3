import PollerModel

/// A picture as a command line of rrdtool, for the shell: an argument a line.
struct RRDToolCommand {
    /// Stands for the state folder where nobody is told where that is.
    static let placeholder = "$STATE"

    /// Behind the file's name.
    let arguments: [String]
    let file: String
    /// In which the horizontal axis is labelled.
    let timeZone: String

    var text: String {
        // pollerd sets no locale, so its numbers and names of months are those of C.
        let beginning = "LC_ALL=C TZ=\(ShellText.word(timeZone)) rrdtool graph"
        return ([beginning, ShellText.word(file)] + arguments.map(Self.word))
            .joined(separator: " \\\n  ") + "\n"
    }

    /// The placeholder is left to the shell, in a DEF only: names and files in it are ours, and
    /// what a user wrote is in none.
    private static func word(_ argument: String) -> String {
        guard argument.hasPrefix("DEF:"),
            let place = argument.firstRange(of: "=\(placeholder)/")
        else { return ShellText.word(argument) }
        return ShellText.word(argument[..<place.lowerBound] + "=") + "\"\(placeholder)\""
            + ShellText.word("/" + argument[place.upperBound...])
    }
}
