import PollerModel

/// Settings that are allowed each, and do harm together.
package enum SettingsCheck {
    /// - Parameter memoryBytes: of this machine; nil: not known.
    package static func contradictions(_ settings: Settings, memoryBytes: Int64?) -> [Problem] {
        [patience(settings), proxies(settings), cache(settings, memoryBytes)].compactMap { $0 }
    }

    private static func patience(_ settings: Settings) -> Problem? {
        let polling = settings.polling
        let patience = SNMPTarget.patienceMilliseconds(
            polling.timeoutMilliseconds, retries: polling.retries)
        guard patience >= polling.defaultIntervalSeconds * 1_000 else { return nil }
        return Problem(
            place: "polling",
            what: "a device that is silent is asked for \(patience) ms (timeout_milliseconds times "
                + "one more than retries), and its interval is "
                + "\(polling.defaultIntervalSeconds * 1_000) ms",
            fix: "lower polling.timeout_milliseconds or polling.retries, or poll less often")
    }

    /// pollerd speaks no TLS, so with https somebody stands in front.
    private static func proxies(_ settings: Settings) -> Problem? {
        let web = settings.web
        guard let url = web.outsideURL, url.isSecure, web.proxies.isEmpty, !web.trustsSocket else {
            return nil
        }
        return Problem(
            place: "web.proxies",
            what: "is empty, though web.url begins with https: all visitors seem to come from the "
                + "proxy, and whoever tries passwords locks the log-in for everybody",
            fix: "list the proxy's address, or unix for one at the socket: deploy/nginx.conf")
    }

    private static func cache(_ settings: Settings, _ memoryBytes: Int64?) -> Problem? {
        guard let memoryBytes, Int64(settings.pictures.cacheBytes) > memoryBytes / 2 else {
            return nil
        }
        return Problem(
            place: "pictures.cache_mebibytes",
            what: "is \(settings.pictures.cacheMebibytes), and this machine has "
                + "\(memoryBytes >> 20) MiB of memory",
            fix: "set it to at most \(memoryBytes >> 21), or leave it away")
    }
}
