/// What failures advise, as a page says it: their words are those of commands.
enum PageWords {
    private static let replacements = [
        ("with --port", "in the field Port"), ("with --v3-user", "in the field User"),
        ("(--auth)", "(Authentication)"), ("(--priv)", "(Privacy)"),
        (
            "give the level the user has on the device with --v3-level",
            "choose the protocols that the user has on the device"
        ),
        ("with --auth or --priv", "and choose it here"),
        ("the device's --source-address", "the field Ask from"),
        ("with --availability snmp or getnext", "in the field Counts as up by"),
        ("give another name with --name", "give another name"),
        (
            "give --community-file again, or --v3-user with its protocols and passphrases",
            "type them here"
        ),
        (
            "add --snmp 2c (or 1) to ask it with a community from now on",
            "choose another version to ask it with a community from now on"
        ),
    ]

    /// nil where it only names a command that shows what a page shows, too.
    static func fix(_ fix: String) -> String? {
        guard !fix.hasPrefix("see pollerctl") else { return nil }
        return replacements.reduce(fix) { $0.replacing($1.0, with: $1.1) }
            .replacing(/with --interval (\d+)/) { "with an interval of \($0.output.1) s" }
    }
}
