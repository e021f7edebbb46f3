import Hummingbird
import PollerModel

/// `/api/v1/profiles`: how data sources are kept. They are few (`CatalogueLoader` reads so many
/// files), so a listing is always one page; in the order of their steps.
struct ProfilesAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let group = router.group("/api/v1")
        group.get("profiles") { [services] _, _ in
            let definitions = services.definitions
            let counts = Self.counts(definitions)
            let profiles = definitions.catalogue.profiles.values.sorted {
                ($0.step, $0.name) < ($1.step, $1.name)
            }
            return try JSONAnswer.ok(
                ListReport(
                    items: profiles.map {
                        ProfileReport(
                            $0, catalogue: definitions.catalogue,
                            dataSources: counts[$0.name] ?? 0)
                    }, next: nil))
        }
        group.get("profiles/{name}") { [services] _, context in
            let definitions = services.definitions
            let profile = try Self.profile(
                context.parameters.get("name") ?? "", definitions.catalogue)
            return try JSONAnswer.ok(
                ProfileReport(
                    profile, catalogue: definitions.catalogue,
                    dataSources: Self.counts(definitions)[profile.name] ?? 0))
        }
    }

    private static func profile(
        _ name: String, _ catalogue: Catalogue
    ) throws(WebProblem) -> Profile {
        do {
            return try catalogue.profile(named: name)
        } catch {
            throw WebProblem(.notFound, error.words, code: "not_found", fix: error.fix)
        }
    }

    /// Data sources of each profile, without the daemon's own.
    private static func counts(_ definitions: Definitions) -> [String: Int] {
        definitions.fleet.reduce(into: [:]) { counts, definition in
            for source in definition.dataSources { counts[source.profile, default: 0] += 1 }
        }
    }
}
