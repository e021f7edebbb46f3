import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// A device whose every text is meant to be taken for something else. On pages, in pictures, in
/// files, in the log and in tables of the command it is text.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(
        if: Program.find("chromium") != nil && Program.find("chromedriver") != nil,
        "chromium or chromedriver is not installed"))
struct HostileAgentTests {
    /// Beside those of all tests, some that leave a mark where they run.
    private static let texts =
        hostileTexts + [
            "<script>window.pwned=1</script>", "\"><img src=x onerror=window.pwned=1>",
            "'><svg onload=window.pwned=1>", "</title><script>window.pwned=1</script>",
            "</script><script>window.pwned=1</script>", "javascript:window.pwned=1",
            "</details><iframe srcdoc='<script>parent.pwned=1</script>'>", "@SUM(1)", "+1", "-1",
            "\t=1", "\u{9b}31m", "<!--", "]]>", "%0d%0aSet-Cookie:x=1", "\r\nSet-Cookie: x=1",
        ]

    private struct Report: Decodable {
        let pages: Int
        let pictures: Int
        let problems: [String]
    }

    @Test func `a device whose every text is hostile shows as text, everywhere`() async throws {
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: Self.tree))
        ])
        let daemon = try await Daemon(moreSettings: "log: {level: debug}")
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--interval", "10", "--wait",
        ])
        #expect(added.status == 0, "\(added.errors)")
        // What people name is hostile as well.
        for (number, text) in Self.texts.prefix(12).enumerated() {
            _ = try await daemon.control(
                ["device", "edit", "1", "--site", text, "--tag", "t\(number)"])
        }
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        #expect(graphs.count > Self.texts.count / 2)

        try await crawl(daemon)
        try await checkFiles(graphs, daemon)
        try await checkTables(daemon)
        let end = try await daemon.stop()
        #expect(end.status == 0)
        try await server.stop()
        for line in end.errors.split(separator: "\n", omittingEmptySubsequences: true) {
            #expect(Self.isInert(String(line)), "\(line)")
            #expect(line.firstMatch(of: /^(\d{4}-\d\d-\d\dT|<\d>|pollerd: )/) != nil, "\(line)")
        }
    }

    private func crawl(_ daemon: Daemon) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "hostile.py")
        let result = try await Program.run(
            "/usr/bin/python3", [script.path(percentEncoded: false), daemon.url], seconds: 400)
        guard result.status == 0 else { throw Unexpected("\(result.output)\(result.errors)") }
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.problems == [])
        #expect(report.pages > 20 && report.pictures > 20)
    }

    private func checkFiles(_ graphs: [GraphReport], _ daemon: Daemon) async throws {
        for graph in graphs {
            let csv = try await daemon.fetch("/graphs/\(graph.id).csv")
            #expect(csv.status == 200)
            let name = csv.headers["content-disposition"] ?? ""
            #expect(!name.contains("\n") && !name.contains("..") && !name.contains("<"), "\(name)")
            for line in String(decoding: csv.body, as: UTF8.self).split(separator: "\n") {
                for cell in line.split(separator: ",") {
                    let first = cell.trimmingPrefix("\"").first ?? "0"
                    let isFormula = "=+@\t".contains(first) || first == "-" && Double(cell) == nil
                    #expect(!isFormula, "\(line)")
                }
            }
            for form in ["svg", "json"] {
                let file = try await daemon.fetch("/graphs/\(graph.id).\(form)")
                #expect(file.status == 200)
                let text = String(decoding: file.body, as: UTF8.self)
                if form == "svg" {
                    #expect(!text.lowercased().contains("<script"))
                } else {
                    #expect(throws: Never.self) {
                        try JSONSerialization.jsonObject(with: file.body)
                    }
                }
            }
        }
    }

    private func checkTables(_ daemon: Daemon) async throws {
        for arguments in [
            ["device", "list"], ["device", "show", "1"], ["device", "interfaces", "1"],
            ["graph", "list"], ["data-source", "list"], ["status"],
        ] {
            let result = try await daemon.control(arguments)
            #expect(result.status == 0, "\(arguments): \(result.errors)")
            for line in result.output.split(separator: "\n") {
                #expect(Self.isInert(String(line)), "\(arguments): \(line)")
            }
        }
    }

    /// Whether a terminal only shows it.
    private static func isInert(_ line: String) -> Bool {
        line.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value)
                && !(0x202a...0x202e).contains($0.value) && !(0x2066...0x2069).contains($0.value)
        }
    }

    // MARK: The device

    private static var tree: ObjectTree {
        let octets = { (text: String) in
            ObjectValue.constant(.octets(Array(text.utf8.prefix(255))))
        }
        let system = OID([1, 3, 6, 1, 2, 1, 1])
        var objects: [(OID, ObjectValue)] = [
            (system.appending([1, 0]), octets(texts[0])),
            (system.appending([2, 0]), .constant(.oid(OID([1, 3, 6, 1, 4, 1, 8072, 3, 2, 10])))),
            (system.appending([3, 0]), .upTime),
            (system.appending([4, 0]), octets(texts[1])),
            (system.appending([5, 0]), octets(texts[2])),
            (system.appending([6, 0]), octets("\u{1b}]0;x\u{7}\u{1b}[31m\r\n<script>")),
            (OID([1, 3, 6, 1, 2, 1, 2, 1, 0]), .constant(.integer(Int64(texts.count)))),
        ]
        for (number, text) in texts.enumerated() {
            let index = UInt32(number + 1)
            objects += interface(index, octets(text))
            objects += disk(index, octets(text))
            // LLDP's neighbours (IEEE 802.1AB): names of others, who may be worse.
            let neighbour = OID([1, 0, 8802, 1, 1, 2, 1, 4, 1, 1])
            for column in [7, 8, 9, 10] as [UInt32] {
                objects.append((neighbour.appending([column, 0, index, 1]), octets(text)))
            }
        }
        return ObjectTree(objects)
    }

    private static func interface(
        _ index: UInt32, _ text: ObjectValue
    ) -> [(OID, ObjectValue)] {
        let (old, new) = (OID([1, 3, 6, 1, 2, 1, 2, 2, 1]), OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1]))
        let number = { (value: Int64) in ObjectValue.constant(.integer(value)) }
        return [
            (old.appending([1, index]), number(Int64(index))), (old.appending([2, index]), text),
            (old.appending([3, index]), number(6)), (old.appending([7, index]), number(1)),
            (old.appending([8, index]), number(1)),
            (old.appending([5, index]), .constant(.gauge32(1_000_000_000))),
            (new.appending([1, index]), text), (new.appending([18, index]), text),
            (new.appending([6, index]), .counter64(base: 0, perSecond: 1_000)),
            (new.appending([10, index]), .counter64(base: 0, perSecond: 2_000)),
            (new.appending([15, index]), .constant(.gauge32(1_000))),
        ]
    }

    /// Of HOST-RESOURCES-MIB, a fixed disk.
    private static func disk(_ index: UInt32, _ text: ObjectValue) -> [(OID, ObjectValue)] {
        let table = OID([1, 3, 6, 1, 2, 1, 25, 2, 3, 1])
        let number = { (value: Int64) in ObjectValue.constant(.integer(value)) }
        return [
            (table.appending([1, index]), number(Int64(index))),
            (table.appending([2, index]), .constant(.oid(OID([1, 3, 6, 1, 2, 1, 25, 2, 1, 4])))),
            (table.appending([3, index]), text), (table.appending([4, index]), number(4_096)),
            (table.appending([5, index]), number(1_000_000)),
            (table.appending([6, index]), number(1_000)),
        ]
    }
}
