/// What is kept of a password: how it was hashed, the salt and the hash, as
/// `$scrypt$ln=17,r=8,p=1$salt$hash` (the PHC string format). It is never printed.
package struct PasswordHash: Sendable, Hashable {
    package let secret: Secret
    package init(_ text: String) { secret = Secret(text) }
}

/// What a new password has to be: long, and none that everybody tries. No rules about kinds of
/// characters, which make passwords worse (NIST SP 800-63B §5.1.1.2).
package enum PasswordRule {
    package static let shortest = 12
    /// Bytes; a hash of more is work for nothing.
    package static let longest = 1_024

    /// Why a text is no password for this account; nil when it is one.
    package static func objection(to text: String, of name: AccountName) -> String? {
        if text.count < shortest {
            return "a password has at least \(shortest) characters, this has \(text.count)"
        }
        if text.utf8.count > longest { return "a password has at most \(longest) bytes" }
        let folded = text.lowercased()
        if folded.contains(name.folded), name.folded.count > 3 {
            return "the password holds the name of the account"
        }
        if Set(folded).count < distinct { return "the password repeats too few characters" }
        let bare = folded.filter { $0.isLetter || $0.isNumber }
        if common.contains(where: { bare == $0 || bare == $0 + $0 || isTail(bare, behind: $0) }) {
            return "this password is among the first that are tried"
        }
        return nil
    }

    private static let distinct = 5

    private static func isTail(_ text: String, behind word: String) -> Bool {
        text.hasPrefix(word) && text.dropFirst(word.count).allSatisfy(\.isNumber)
    }

    private static let common: [String] = [
        "password", "passwort", "letmein", "welcome", "administrator", "qwertyuiop",
        "qwertzuiop", "changeme", "changemenow", "iloveyou", "monitoring", "pollerd", "cacti",
        "public", "private", "secret", "default", "trustno1", "abcdefghijkl", "network",
        "networkadmin", "passw0rd", "p4ssword", "admin", "adminadmin", "root", "superuser",
    ]
}
