import Foundation
import TestSupport
import Testing

/// The table of `Sources/ARCHITECTURE.md`, read from the file: the map is what is tested.
private struct Map {
    /// Targets and what they may import, in the order of the file.
    let targets: [(name: String, imports: Set<String>)]

    init() throws {
        let text = try String(
            contentsOfFile: Places.root + "Sources/ARCHITECTURE.md", encoding: .utf8)
        var targets: [(String, Set<String>)] = []
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, let name = cells[0].wholeMatch(of: /`([A-Za-z]+)`/)?.output.1
            else { continue }
            var imports = Set(cells[2].split(separator: ", ").map(String.init))
            if imports.remove("all of the above") != nil {
                imports.formUnion(targets.map(\.0))
                imports.formUnion(targets.flatMap(\.1))
                imports.remove("–")
                imports.remove("nothing but the standard library")
            }
            targets.append((String(name), imports))
        }
        self.targets = targets
    }
}

private func files(below folder: String, endings: [String]) throws -> [(path: String, text: String)]
{
    try FileManager.default.subpathsOfDirectory(atPath: Places.root + folder).sorted()
        .filter { path in endings.contains { path.hasSuffix($0) } }
        .map { path in
            (
                folder + "/" + path,
                try String(contentsOfFile: "\(Places.root)\(folder)/\(path)", encoding: .utf8)
            )
        }
}

/// Lines with their numbers, without comments.
private func code(_ text: String) -> [(number: Int, line: Substring)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
        let line = $1
        let trimmed = line.drop { $0 == " " }
        return trimmed.hasPrefix("//") || trimmed.hasPrefix("*") ? nil : ($0 + 1, line)
    }
}

@Suite struct ArchitectureTests {
    @Test func `the map lists the folders, and the manifest the same targets`() throws {
        let map = Set(try Map().targets.map(\.name))
        let sources = URL(filePath: Places.root + "Sources")
        let folders = try FileManager.default.contentsOfDirectory(
            at: sources, includingPropertiesForKeys: [.isDirectoryKey]
        ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        #expect(Set(folders.map(\.lastPathComponent)) == map)
        let manifest = try String(contentsOfFile: Places.root + "Package.swift", encoding: .utf8)
        let declared = manifest.prefix { _ in true }.matches(
            of: /\.(?:executableTarget|target)\(\s*name: "([A-Za-z]+)"/
        ).map { String($0.output.1) }
        #expect(Set(declared).subtracting(["TestSupport", "SealProbe"]) == map)
    }

    @Test func `every target imports only what the map allows`() throws {
        let platform: Set<String> = ["Dispatch", "Foundation", "Glibc", "Synchronization"]
        let pattern =
            /^\s*(?:@\w+\s+)*(?:public |package |internal |fileprivate |private )?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        for (target, imports) in try Map().targets {
            let allowed = target == "PollerModel" ? [] : imports.union(platform)
            for (path, text) in try files(below: "Sources/\(target)", endings: [".swift"]) {
                for (number, line) in code(text) {
                    guard let module = line.firstMatch(of: pattern)?.output.1 else { continue }
                    #expect(allowed.contains(String(module)), "\(path):\(number) imports \(module)")
                }
            }
        }
    }

    @Test func `nothing in the sources starts a process`() throws {
        let pattern =
            /\b(fork|vfork|execve?|execl|execlp|execvp|system|popen|posix_spawnp?)\s*\(|\bProcess\s*\(|\bSubprocess\b/
        for (path, text) in try files(below: "Sources", endings: [".swift", ".c", ".h"]) {
            // The seal tries to fork, to show that it cannot.
            if path.hasPrefix("Sources/CSeal/") { continue }
            for (number, line) in code(text) {
                let found = line.firstMatch(of: pattern)
                let isOurOwn =
                    found.map {
                        line[..<$0.range.lowerBound].hasSuffix("func ")
                            || line[..<$0.range.lowerBound].hasSuffix(".")
                    } ?? true
                #expect(found == nil || isOurOwn, "\(path):\(number): \(line)")
            }
        }
    }

    @Test func `nothing crashes on purpose or stays unfinished`() throws {
        let pattern = /\btry!|\bas!|\bfatalError\(|\bTODO\b|\bFIXME\b|\bXXX\b|catch\s*\{\s*\}/
        for folder in ["Sources", "Resources"] {
            for (path, text) in try files(
                below: folder, endings: [".swift", ".c", ".h", ".js", ".yaml"])
            {
                for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                    .enumerated()
                {
                    #expect(line.firstMatch(of: pattern) == nil, "\(path):\(number + 1): \(line)")
                }
            }
        }
    }

    @Test func `nothing is public`() throws {
        for (path, text) in try files(below: "Sources", endings: [".swift"]) {
            for (number, line) in code(text) {
                #expect(line.firstMatch(of: #/^\s*public\b/#) == nil, "\(path):\(number): \(line)")
            }
        }
    }

    @Test func `every package declaration of a type says what it is`() throws {
        let pattern = #/^package (?:final )?(?:struct|enum|class|protocol|actor)\b/#
        for (path, text) in try files(below: "Sources", endings: [".swift"]) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() where line.firstMatch(of: pattern) != nil {
                var above = number - 1
                while above >= 0, lines[above].hasPrefix("@") { above -= 1 }
                #expect(
                    above >= 0 && lines[above].hasPrefix("///"), "\(path):\(number + 1): \(line)")
            }
        }
    }

    @Test func `the changelog begins with the version of the product`() throws {
        let text = try String(contentsOfFile: Places.root + "CHANGELOG.md", encoding: .utf8)
        let product = try String(
            contentsOfFile: Places.root + "Sources/PollerModel/Product.swift", encoding: .utf8)
        let version = try #require(product.firstMatch(of: /version = "([0-9.]+)"/)?.output.1)
        let heading = try #require(text.firstMatch(of: /## ([0-9.]+)/)?.output.1)
        #expect(version == heading)
    }

    @Test func `pages load nothing foreign and scripts never write markup`() throws {
        for (path, text) in try files(below: "Resources", endings: [".mustache", ".js", ".css"]) {
            #expect(!text.contains("http://") && !text.contains("https://"), "\(path)")
            #expect(!text.contains("innerHTML") && !text.contains("eval("), "\(path)")
            #expect(!text.contains("{{{"), "\(path)")
        }
    }
}
