/// The version of this tree; the newest heading of CHANGELOG.md says the same.
enum Version {
    static let current = "0.1.0"
}
