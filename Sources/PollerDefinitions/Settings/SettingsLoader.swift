import Foundation
package import PollerModel

/// Reads `pollerd.yaml`. Relative paths in it are relative to the folder it lies in.
package enum SettingsLoader {
    package static func load(_ path: String) -> (settings: Settings, problems: [Problem]) {
        do {
            let document = try YAMLDocument(path: path)
            return read(document)
        } catch {
            return (Settings(), [error])
        }
    }

    static func read(_ document: YAMLDocument) -> (settings: Settings, problems: [Problem]) {
        var settings = Settings()
        // An empty file is all defaults.
        guard let root = document.root else { return (settings, []) }
        let problems = ProblemList()
        let top = MappingReader(
            root, subject: "settings file", path: document.path, problems: problems)
        let base = URL(filePath: document.path).deletingLastPathComponent().path(
            percentEncoded: false)
        let paths = PathReader(base: base)

        let web = top.section("web")
        WebReader.read(web, into: &settings.web)
        web.finish()

        let access = top.section("access")
        settings.access.guest = access.flag("guest")
        settings.access.proxyHeader = WebReader.readProxyHeader(access, behind: settings.web)
        access.finish()

        let admin = top.section("admin")
        settings.admin.socket = paths.read(admin, "socket") ?? settings.admin.socket
        admin.finish()

        let state = top.section("state")
        settings.state.folder = paths.read(state, "folder") ?? settings.state.folder
        state.finish()

        let storage = top.section("storage")
        StorageReader.read(storage, into: &settings.storage)
        storage.finish()

        let resources = top.section("resources")
        settings.resources.folder = paths.read(resources, "folder") ?? settings.resources.folder
        settings.resources.siteFolder =
            paths.read(resources, "site_folder") ?? settings.resources.siteFolder
        resources.finish()

        let pictures = top.section("pictures")
        settings.pictures.cacheMebibytes = pictures.integer(
            "cache_mebibytes", in: Settings.Pictures.cacheMebibytesRange,
            default: settings.pictures.cacheMebibytes)
        pictures.finish()

        let polling = top.section("polling")
        settings.polling.defaultIntervalSeconds = polling.integer(
            "default_interval_seconds", in: Step.secondsRange,
            default: settings.polling.defaultIntervalSeconds)
        settings.polling.timeoutMilliseconds = polling.integer(
            "timeout_milliseconds", in: SNMPTarget.timeoutMillisecondsRange,
            default: settings.polling.timeoutMilliseconds)
        let retries = SNMPTarget.retriesRange
        settings.polling.retries = Int(
            polling.integer(
                "retries", in: Int64(retries.lowerBound)...Int64(retries.upperBound),
                default: Int64(settings.polling.retries)))
        polling.finish()

        let selfMonitoring = top.section("self_monitoring")
        if selfMonitoring.has("enabled") {
            settings.selfMonitoring.isEnabled = selfMonitoring.flag("enabled")
        }
        selfMonitoring.finish()

        let log = top.section("log")
        settings.log.level = log.choice("level", default: settings.log.level)
        log.finish()

        top.finish()
        return (settings, problems.problems)
    }
}

/// `address:port`, IPv6 in brackets.
package enum ListenAddress {
    package static func parse(_ text: String) -> (IPAddress, UInt16)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        guard let address = IPAddress(bare), address.isV4 == (bare == host) else { return nil }
        return (address, port)
    }
}

/// Paths of the settings file, made absolute.
private struct PathReader {
    let base: String

    func read(_ reader: MappingReader, _ key: String) -> String? {
        guard let text = reader.text(key) else { return nil }
        guard !text.isEmpty else { return "" }
        // librrd takes a % in a path for a format and gives : and \ a meaning of their own.
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "%" && $0 != "\\" }) else {
            reader.wrong(
                key, "holds a %, a backslash or a control character", fix: "choose another folder")
            return nil
        }
        return URL(filePath: text, relativeTo: URL(filePath: base)).standardizedFileURL.path(
            percentEncoded: false)
    }
}
