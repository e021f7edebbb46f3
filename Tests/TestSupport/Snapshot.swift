import Foundation
package import Testing

/// Compares a text with the one kept beside the test; `SNAPSHOT_UPDATE=1` writes it anew.
package func expectSnapshot(
    _ text: String, _ name: String, file: String = #filePath,
    location: SourceLocation = #_sourceLocation
) throws {
    let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
    let url = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["SNAPSHOT_UPDATE"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOf: url, encoding: .utf8)
    #expect(text == kept, "differs from \(name)", sourceLocation: location)
}
