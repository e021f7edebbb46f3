import PollerModel

/// Reads where the pages are, and who stands before them.
enum WebReader {
    static func read(_ reader: MappingReader, into web: inout Settings.Web) {
        web.allowsPlainHTTP = reader.flag("plain_http")
        readListen(reader, into: &web)
        if let text = reader.text("url"), !text.isEmpty {
            web.outsideURL = outsideURL(text, reader)
        } else if web.socket != nil {
            reader.wrong(
                "listen", "is a socket, so nobody knows where browsers reach the pages",
                fix: "say it in web.url: https://noc.example.net/pollerd")
        } else if web.address.high == 0, web.address.low == 0 {
            reader.wrong(
                "listen",
                "is every address of this machine, so nobody knows where browsers reach the pages",
                fix: "say it in web.url: http://noc.example.net:\(web.port)")
        }
        web.hosts = readHosts(reader)
        readProxies(reader, into: &web)
    }

    // MARK: Where we listen

    private static func readListen(_ reader: MappingReader, into web: inout Settings.Web) {
        guard let text = reader.text("listen") else { return }
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            let longest = Settings.Storage.Address.longestPath
            guard path.hasPrefix("/"), path.utf8.count <= longest,
                path.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
            else {
                return reader.wrong(
                    "listen", "must be an absolute path of at most \(longest) bytes behind unix:",
                    fix: "for example unix:/run/pollerd-web/pollerd.sock")
            }
            web.socket = path
            return
        }
        guard let (address, port) = ListenAddress.parse(text) else {
            return reader.wrong(
                "listen", "must be an address and a port, not “\(text)”",
                fix: "for example 127.0.0.1:8080, [::1]:8080 or unix:/run/pollerd-web/pollerd.sock")
        }
        web.address = address
        web.port = port
        if !address.isLoopback, !web.allowsPlainHTTP {
            reader.wrong(
                "listen",
                "is \(address), which others could reach, and what they send is not encrypted",
                fix: "use 127.0.0.1:\(port) behind a proxy with TLS, or reach it through "
                    + "ssh -L \(port):127.0.0.1:\(port); in a network where nobody listens, "
                    + "write plain_http: true")
        }
    }

    // MARK: Where browsers reach us

    /// Longest path in front of ours.
    static let longestPath = 200

    private static func outsideURL(
        _ text: String, _ reader: MappingReader
    ) -> Settings.OutsideURL? {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return wrongURL(text, reader) }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].lowercased()
        guard let host = host(of: authority) else { return wrongURL(text, reader) }
        var path = rest[slash...]
        while path.hasSuffix("/") { path.removeLast() }
        let isPlain = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { part in
                !part.isEmpty && !part.allSatisfy { $0 == "." }
                    && part.allSatisfy {
                        $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0))
                    }
            }
        guard isPlain, path.utf8.count <= longestPath else { return wrongURL(text, reader) }
        return Settings.OutsideURL(
            isSecure: isSecure, authority: authority, host: host, path: String(path))
    }

    /// The name or address of `host:port`; nil when it is neither.
    private static func host(of authority: String) -> String? {
        if let (address, _) = ListenAddress.parse(authority) { return address.description }
        if authority.hasPrefix("["), authority.hasSuffix("]") {
            return IPAddress(authority.dropFirst().dropLast())?.description
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2 && UInt16(parts[1]) != nil else { return nil }
        return DeviceHost(String(parts[0]))?.description
    }

    private static func wrongURL(_ text: String, _ reader: MappingReader) -> Settings.OutsideURL? {
        reader.wrong(
            "url", "must be http:// or https://, a name and perhaps a path, not “\(text)”",
            fix:
                "for example https://noc.example.net or https://noc.example.net/pollerd; a path is "
                + "of letters, digits and -._~")
        return nil
    }

    /// Names as browsers send them, without the port.
    private static func readHosts(_ reader: MappingReader) -> [String] {
        reader.texts("hosts") { text, element in
            guard let host = DeviceHost(text) else {
                reader.problems.add(
                    reader.path, element, "“\(text)” in “hosts” is no host name",
                    fix: "write the name alone, without a port: graphs.example.net")
                return nil
            }
            return host.description
        }
    }

    // MARK: Who stands before us

    private static func readProxies(_ reader: MappingReader, into web: inout Settings.Web) {
        let addresses: [IPAddress] = reader.texts("proxies") { text, element in
            if text == "unix" {
                web.trustsSocket = true
                return nil
            }
            guard let address = IPAddress(text) else {
                reader.problems.add(
                    reader.path, element, "“\(text)” in “proxies” is no address",
                    fix: "write the address the proxy connects from, 127.0.0.1 for example, or unix"
                )
                return nil
            }
            return address
        }
        web.proxies = addresses
    }

    /// Fields that carry something else; whoever may send them must not thereby be somebody.
    private static let takenFields: Set<String> = [
        "authorization", "cookie", "host", "origin", "referer", "user-agent", "x-csrf-token",
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    ]

    static func readProxyHeader(_ reader: MappingReader, behind web: Settings.Web) -> String? {
        guard let text = reader.text("proxy_header"), !text.isEmpty else { return nil }
        let isName = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard isName, text.utf8.count <= 64, !takenFields.contains(text.lowercased()) else {
            reader.wrong(
                "proxy_header", "must be the name of a header field of its own, not “\(text)”",
                fix: "for example X-Remote-User")
            return nil
        }
        guard !web.proxies.isEmpty || web.trustsSocket else {
            reader.wrong(
                "proxy_header", "is believed from proxies only, and web.proxies lists none",
                fix: "write proxies: [127.0.0.1] under web, or leave it away")
            return nil
        }
        return text
    }
}
