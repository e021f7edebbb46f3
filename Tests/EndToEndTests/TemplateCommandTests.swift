import Foundation
import TestSupport
import Testing

/// `pollerctl template`, which needs no daemon.
@Suite struct TemplateCommandTests {
    private func run(_ arguments: [String], _ site: TemporaryFolder) async throws
        -> Program.Result
    {
        let settings = try site.write(
            "resources: {folder: \"\(Places.resources)\", site_folder: site}\n", to: "p.yaml")
        return try await Program.run(
            Daemon.product("pollerctl"), ["template"] + arguments + ["--config", settings])
    }

    @Test func `templates are listed and shown, shipped and of the site`() async throws {
        let site = try TemporaryFolder()
        try site.write(
            "name: ours\ntitle: \"Ours \\e[31m\"\nsource: us\ngraphs: [uptime]\n",
            to: "site/device_templates/ours.yaml")
        let list = try await run(["list", "--kind", "device-template", "-o", "csv"], site)
        #expect(list.status == 0, "\(list)")
        #expect(list.output.contains("ours,device-template,,Ours ␛[31m,site,us\r\n"), "\(list)")
        #expect(list.output.contains("generic_snmp,device-template,"), "\(list)")
        let names = try await run(["list", "-o", "name"], site)
        #expect(names.output.contains("interfaces\n"))
        let shown = try await run(["show", "ours"], site)
        #expect(shown.output.contains("uptime (graph template)"), "\(shown)")
        #expect(shown.output.contains("/site/device_templates/ours.yaml:1\n"), "\(shown)")
        #expect(!shown.output.contains("\u{1b}"))
        let used = try await run(["show", "uptime", "--kind", "graph-template"], site)
        #expect(used.output.contains("ours (device template)"), "\(used)")
        let wrong = try await run(["show", "our"], site)
        #expect(wrong.status == 5 && wrong.errors.contains("did you mean “ours”?"), "\(wrong)")
        let none = try await run(["list", "--class", "toaster"], site)
        #expect(none.status == 5, "\(none)")
    }

    @Test func `a check says where, and a sound folder is one line`() async throws {
        let site = try TemporaryFolder()
        let sound = try await run(["check"], site)
        #expect(sound.status == 0 && sound.output.hasPrefix("All is well: "), "\(sound)")
        try site.write(
            "name: ours\ntitle: O\nsource: s\ngraphs: [uptme]\n",
            to: "other/device_templates/ours.yaml")
        let broken = try await run(["check", site.path + "/other"], site)
        #expect(broken.status == 1)
        #expect(
            broken.errors.contains("/other/device_templates/ours.yaml:4:"), "\(broken.errors)")
        #expect(broken.errors.contains("did you mean “uptime”?"), "\(broken.errors)")
    }

    @Test func `a clone is a file of the site that loads, and never takes a name`() async throws {
        let site = try TemporaryFolder()
        let clone = try await run(["clone", "generic_snmp", "mine", "--deep"], site)
        #expect(clone.status == 0, "\(clone)")
        let paths = clone.output.split(separator: "\n").map(String.init)
        #expect(paths.first?.hasSuffix("/site/device_templates/mine.yaml") == true)
        #expect(paths.allSatisfy(FileManager.default.fileExists))
        let shown = try await run(["show", "mine"], site)
        #expect(shown.output.contains("mine_interface_traffic"), "\(shown)")
        #expect(try await run(["check"], site).status == 0)
        let again = try await run(["clone", "generic_snmp", "mine"], site)
        #expect(again.status == 7, "\(again)")
        let name = try await run(["clone", "generic_snmp", "My Own"], site)
        #expect(name.status == 1 && name.errors.contains("is no name"), "\(name)")
    }
}
