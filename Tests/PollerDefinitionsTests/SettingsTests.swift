import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@Suite struct SettingsTests {
    private func load(_ text: String) throws -> (settings: Settings, problems: [String]) {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "pollerd.yaml")
        let (settings, problems) = SettingsLoader.load(path)
        return (settings, problems.map { "\($0)".replacing(folder.path + "/", with: "") })
    }

    @Test func `the shipped settings are the defaults, every one of them`() throws {
        let (settings, problems) = SettingsLoader.load(Places.root + "Config/pollerd.yaml")
        #expect(problems.isEmpty)
        #expect(settings == Settings())
        let text = try String(contentsOfFile: Places.root + "Config/pollerd.yaml", encoding: .utf8)
        for key in [
            "listen", "hosts", "socket", "folder", "site_folder", "default_interval_seconds",
            "timeout_milliseconds", "retries", "level", "backend", "address", "cache_mebibytes",
            "plain_http", "url", "proxies", "guest", "proxy_header",
        ] { #expect(text.contains("  \(key): "), "\(key)") }
    }

    @Test func `an empty file is all defaults`() throws {
        let (settings, problems) = try load("")
        #expect(problems.isEmpty && settings == Settings())
    }

    @Test func `values are read, relative paths from the file's folder`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "web: {listen: \"[::1]:9000\"}\nstate: {folder: state}\nlog: {level: debug}\n",
            to: "p.yaml")
        let (settings, problems) = SettingsLoader.load(path)
        #expect(problems.isEmpty)
        #expect(settings.web.text == "[::1]:9000")
        #expect(settings.state.folder == folder.path + "/state")
        #expect(settings.log.level == .debug)
    }

    @Test(arguments: ["run x", "ü", "a#b?c"])
    func `relative paths hold in a folder of any name`(name: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "state: {folder: state}\nadmin: {socket: s.sock}\n", to: "\(name)/p.yaml")
        let (settings, problems) = SettingsLoader.load(path)
        #expect(problems.isEmpty)
        #expect(settings.state.folder == "\(folder.path)/\(name)/state")
        #expect(settings.admin.socket == "\(folder.path)/\(name)/s.sock")
    }

    @Test func `names of the pages are kept as browsers send them`() throws {
        let (settings, problems) = try load(
            "web: {hosts: [Graphs.Example.net, 192.0.2.1, \"::1\"]}")
        #expect(problems.isEmpty)
        #expect(settings.web.hosts == ["graphs.example.net", "192.0.2.1", "::1"])
    }

    @Test(arguments: [
        ("https://Noc.example.net", "https://noc.example.net", "noc.example.net", ""),
        ("https://noc.example.net/", "https://noc.example.net", "noc.example.net", ""),
        ("http://noc:8443/a/b.c/", "http://noc:8443/a/b.c", "noc", "/a/b.c"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x", "2001:db8::1", "/x"),
        ("https://192.0.2.1", "https://192.0.2.1", "192.0.2.1", ""),
    ])
    func `where browsers reach the pages may have a path of its own`(
        text: String, url: String, host: String, path: String
    ) throws {
        let (settings, problems) = try load("web: {url: \"\(text)\"}")
        #expect(problems.isEmpty, "\(problems)")
        #expect(settings.web.url == url && settings.web.text == "127.0.0.1:8080")
        #expect(settings.web.outsideURL?.host == host && settings.web.outsideURL?.path == path)
        #expect(settings.web.outsideURL?.isSecure == text.hasPrefix("https"))
    }

    @Test func `a proxy, a socket and an open address are taken when they are meant`() throws {
        let (settings, problems) = try load(
            """
            web: {listen: "unix:/run/x.sock", url: "https://a", proxies: [unix, 192.0.2.1]}
            access: {proxy_header: X-Remote-User}
            """)
        #expect(problems.isEmpty, "\(problems)")
        #expect(settings.web.socket == "/run/x.sock" && settings.web.text == "unix:/run/x.sock")
        #expect(
            settings.web.trustsSocket && settings.web.proxies.map(\.description) == ["192.0.2.1"])
        #expect(settings.access.proxyHeader == "X-Remote-User" && !settings.web.isReachable)
        let open = "web: {listen: \"0.0.0.0:80\", plain_http: true"
        let (named, none) = try load(open + ", url: \"http://noc.example.net\"}")
        #expect(none.isEmpty && named.web.isReachable)
        let nameless = try load(open + "}").problems
        #expect(nameless.count == 1 && nameless[0].contains("web.url"))
    }

    private static let places: [(String, Settings.Storage.Address)] = [
        ("unix:/run/rrdcached.sock", .unix(path: "/run/rrdcached.sock")),
        ("192.0.2.1:4000", .network(IPAddress(v4: 0xc000_0201), port: 4_000)),
        ("192.0.2.1", .network(IPAddress(v4: 0xc000_0201), port: 42_217)),
        (
            "[2001:db8::1]:4000",
            .network(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 4_000)
        ),
        (
            "[2001:db8::1]",
            .network(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 42_217)
        ),
    ]

    @Test(arguments: places)
    func `the place of an rrdcached is a socket or an address`(
        text: String, address: Settings.Storage.Address
    ) throws {
        let (settings, problems) = try load(
            "storage: {backend: rrdcached, address: \"\(text)\", timeout_milliseconds: 100}")
        #expect(problems.isEmpty, "\(problems)")
        #expect(settings.storage.backend == .rrdcached)
        #expect(settings.storage.address == address)
        #expect(settings.storage.timeoutMilliseconds == 100)
    }

    @Test func `the path of a socket may be as long as the kernel takes it`() throws {
        let path = "/" + String(repeating: "x", count: 106)
        let text = { (path: String) in "storage: {backend: rrdcached, address: \"unix:\(path)\"}" }
        #expect(try load(text(path)).problems.isEmpty)
        #expect(
            try load(text(path + "x")).problems.contains { $0.contains("of at most 107 bytes") })
    }

    @Test(arguments: [
        ("web: {lisen: x}", "pollerd.yaml:1:7", "did you mean “listen”"),
        ("wbe: {}", "pollerd.yaml:1:1", "did you mean “web”"),
        ("web: {listen: 8080}", "pollerd.yaml:1:15", "must be an address and a port"),
        ("web: {listen: \"::1:80\"}", "pollerd.yaml:1:15", "must be an address and a port"),
        ("web: {listen: \"0.0.0.0:80\"}", "pollerd.yaml:1:15", "which others could reach"),
        ("web: {listen: \"192.0.2.1:80\"}", "pollerd.yaml:1:15", "ssh -L 80:127.0.0.1:80"),
        ("web: {listen: \"0.0.0.0:80\"}", "pollerd.yaml:1:15", "write plain_http: true"),
        ("web: {listen: \"unix:x.sock\"}", "pollerd.yaml:1:15", "must be an absolute path"),
        ("web: {listen: \"unix:/x.sock\"}", "pollerd.yaml:1:15", "say it in web.url"),
        ("web: {url: noc.example.net}", "pollerd.yaml:1:12", "must be http:// or https://"),
        ("web: {url: \"https://\"}", "pollerd.yaml:1:12", "must be http:// or https://"),
        ("web: {url: \"https://a/b?c\"}", "pollerd.yaml:1:12", "letters, digits"),
        ("web: {url: \"https://a/../b\"}", "pollerd.yaml:1:12", "letters, digits"),
        ("web: {url: \"https://a//b\"}", "pollerd.yaml:1:12", "letters, digits"),
        ("web: {url: \"https://a:x/b\"}", "pollerd.yaml:1:12", "must be http:// or https://"),
        ("web: {proxies: [proxy.example.net]}", "pollerd.yaml:1:17", "is no address"),
        ("access: {proxy_header: X-Remote-User}", "pollerd.yaml:1:24", "web.proxies lists none"),
        (
            "web: {proxies: [unix]}\naccess: {proxy_header: Cookie}", "pollerd.yaml:2:24",
            "of a header field of its own"
        ),
        ("web: {hosts: [\"graphs.example.net:8080\"]}", "pollerd.yaml:1:15", "without a port"),
        ("web: {hosts: [a, \"http://b/\"]}", "pollerd.yaml:1:18", "is no host name"),
        ("web: {hosts: [[a]]}", "pollerd.yaml:1:15", "must be a list of texts"),
        ("pictures: {cache_mebibytes: -1}", "pollerd.yaml:1:29", "from 0 to 4096"),
        ("pictures: {cache_mebibytes: 4097}", "pollerd.yaml:1:29", "from 0 to 4096"),
        ("polling: {retries: 11}", "pollerd.yaml:1:20", "from 0 to 10"),
        ("polling: {timeout_milliseconds: 99}", "pollerd.yaml:1:33", "from 100 to 60000"),
        ("polling: {default_interval_seconds: 1.5}", "pollerd.yaml:1:37", "whole number"),
        ("log: {level: loud}", "pollerd.yaml:1:14", "it is one of trace"),
        ("storage: {backend: remote}", "pollerd.yaml:1:20", "it is one of local, rrdcached"),
        ("storage: {backend: rrdcached}", "pollerd.yaml:1:10", "lacks the key “address”"),
        (
            "storage: {address: \"192.0.2.1\"}", "pollerd.yaml:1:20",
            "is not used while “backend” is local"
        ),
        (
            "storage: {backend: rrdcached, address: \"data.example.net:42217\"}",
            "pollerd.yaml:1:40", "names are not looked up"
        ),
        (
            "storage: {backend: rrdcached, address: \"unix:rrdcached.sock\"}",
            "pollerd.yaml:1:40", "must be an absolute path"
        ),
        (
            "storage: {backend: rrdcached, address: \"192.0.2.1:0\"}", "pollerd.yaml:1:40",
            "192.0.2.1:42217"
        ),
        (
            "storage: {backend: rrdcached, address: \"2001:db8::1\"}", "pollerd.yaml:1:40",
            "[2001:db8::1]:42217"
        ),
        (
            "storage: {timeout_milliseconds: 99}", "pollerd.yaml:1:33", "from 100 to 60000"
        ),
        (
            "storage: {timeout_milliseconds: 60001}", "pollerd.yaml:1:33", "from 100 to 60000"
        ),
        ("state: {folder: \"/var/100%\"}", "pollerd.yaml:1:17", "holds a %"),
        ("web: 8080", "pollerd.yaml:1:6", "must be a list of “key: value” lines"),
        ("web:\n\tlisten: x", "pollerd.yaml:2:1", "is not YAML"),
        ("web: &w {hosts: []}\nlog: *w", "pollerd.yaml:2:6", "aliases (*name) are not read"),
        ("log: *w", "pollerd.yaml:1:6", "aliases (*name) are not read"),
    ])
    func `mistakes are named with place and way out`(text: String, place: String, words: String)
        throws
    {
        let problems = try load(text).problems
        #expect(problems.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(problems)")
    }

    /// Each line nine times as long as the one before: 9⁹ texts at the end.
    private static let bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + zip("bcdefghi", "abcdefgh").map { name, before in
            "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ",")
                + "]\n"
        }.joined()

    @Test(.timeLimit(.minutes(10)), arguments: ["", "? *i\n: 1\n", "{*i : 1}\n", "*i : 1\n"])
    func `copies of copies are refused before they are made`(end: String) throws {
        #expect(
            try load(Self.bomb + end).problems.contains {
                $0.hasPrefix("pollerd.yaml:2:8") && $0.contains("aliases (*name) are not read")
            })
    }

    @Test(arguments: ["# *all* of R&D\n", "log:\n  level: info # a *b &c\n"])
    func `signs of aliases in a comment are text`(text: String) throws {
        #expect(try load(text).problems.isEmpty)
    }

    @Test func `a file that is not there says so`() {
        let problems = SettingsLoader.load("/nonexistent/pollerd.yaml").problems
        #expect(
            problems.map(\.description) == [
                "/nonexistent/pollerd.yaml: cannot be read: No such file or directory; "
                    + "check that the file exists and that this user may read it"
            ])
    }
}
