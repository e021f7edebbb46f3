import PollerDefinitions
import PollerEngine
import PollerHealth
import PollerModel
import PollerWeb

/// Looks at everything the daemon needs before it begins, and says all that is wrong at once. It
/// is what `doctor` looks at, as far as it keeps the daemon from starting.
struct StartCheck {
    let settings: Settings
    private(set) var problems: [Problem] = []
    /// What is wrong, and does not keep the daemon from starting.
    private(set) var warnings: [Finding] = []
    private(set) var catalogue: Catalogue?
    private(set) var resources: WebResources?
    private var collector: HostCollector

    init(settings: Settings, problems: [Problem]) {
        self.settings = settings
        collector = HostCollector(settings: settings, problems: problems)
    }

    mutating func run() {
        collector.collect(at: SystemTimekeeper().now.wall)
        catalogue = collector.catalogue
        problems = collector.facts.findings.filter(\.code.keepsFromStarting).map {
            Problem(place: $0.place, what: $0.what, fix: $0.fix, code: $0.code)
        }
        warnings = collector.facts.findings.filter { !$0.code.keepsFromStarting }
        guard let folder = collector.resources else { return }
        do {
            resources = try WebResources(folder: folder)
        } catch {
            problems.append(
                Problem(
                    place: error.place, what: "cannot be used: \(error.words)",
                    fix: "reinstall pollerd", code: .resourcesMissing))
        }
    }

    /// One line for a check that found nothing.
    var summary: String {
        let counts =
            "\(catalogue?.deviceTemplates.count ?? 0) device templates, "
            + "\(catalogue?.graphTemplates.count ?? 0) graph templates, "
            + "\(catalogue?.profiles.count ?? 0) profiles"
        let daemon = collector.running.map { "; pollerd runs as process \($0)" } ?? ""
        return "pollerd: all is well: \(counts)\(daemon)"
    }
}
