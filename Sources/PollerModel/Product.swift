/// What this is. The newest heading of CHANGELOG.md says the same version.
package enum Product {
    package static let version = "0.1.0"
}
