import PollerModel

/// Reads where round-robin files are kept.
enum StorageReader {
    static func read(_ reader: MappingReader, into storage: inout Settings.Storage) {
        storage.backend = reader.choice("backend", default: storage.backend)
        storage.timeoutMilliseconds = reader.integer(
            "timeout_milliseconds", in: Settings.Storage.timeoutMillisecondsRange,
            default: storage.timeoutMilliseconds)
        let text = reader.text("address") ?? ""
        switch (storage.backend, text.isEmpty) {
        case (.local, true): return
        case (.local, false):
            reader.wrong(
                "address", "is not used while “backend” is local",
                fix: "write backend: rrdcached, or leave the address away")
        case (.rrdcached, true): reader.missing("address")
        case (.rrdcached, false): storage.address = address(text, reader)
        }
    }

    private static func address(
        _ text: String, _ reader: MappingReader
    ) -> Settings.Storage.Address? {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            let longest = Settings.Storage.Address.longestPath
            guard path.hasPrefix("/"), path.utf8.count <= longest,
                path.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
            else {
                reader.wrong(
                    "address",
                    "must be an absolute path of at most \(longest) bytes behind unix:",
                    fix: "for example unix:/run/rrdcached.sock")
                return nil
            }
            return .unix(path: path)
        }
        if let (address, port) = ListenAddress.parse(text), port > 0 {
            return .network(address, port: port)
        }
        // Without a port; IPv6 in brackets here too, lest its last group is taken for one.
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        if let address = IPAddress(isBracketed ? text.dropFirst().dropLast() : text[...]),
            address.isV4 != isBracketed
        {
            return .network(address, port: Settings.Storage.Address.defaultPort)
        }
        reader.wrong(
            "address", "must be a socket or an address with a port, not “\(text)”",
            fix: "for example unix:/run/rrdcached.sock, 192.0.2.1:42217 or [2001:db8::1]:42217; "
                + "names are not looked up")
        return nil
    }
}
