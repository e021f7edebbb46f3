import ArgumentParser
import Foundation
import PollerModel

/// What devices have in common that are meant; all of it must hold.
struct DeviceCriteria: Equatable {
    var site: String?
    var tag: String?
    var template: String?
    var status: String?

    var isEmpty: Bool { self == DeviceCriteria() }

    /// The devices' listing with only those.
    var path: String { path(with: []) }

    func path(with others: [(String, String)]) -> String {
        let own = [("site", site), ("tag", tag), ("template", template), ("status", status)]
            .compactMap { key, value in value.map { (key, $0) } }
        let pairs = (own + others).map { "\($0)=\(QueryText.escaped($1))" }
        return "/api/v1/devices" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// An empty text would mean every device.
    func check() throws {
        for (option, value) in [
            ("site", site), ("tag", tag), ("template", template), ("status", status),
        ] where value?.isEmpty == true {
            throw CommandFailure("the \(option) is empty", exitCode: .usage)
        }
    }
}

/// The same as options of a command.
struct CriteriaOptions: ParsableArguments {
    @Option(help: "Only devices of this site.")
    var site: String?

    @Option(help: "Only devices with this tag.")
    var tag: String?

    @Option(help: "Only devices of this device template.")
    var template: String?

    @Option(help: "Only devices that are up, down, recovering, unknown or disabled.")
    var status: String?

    var criteria: DeviceCriteria {
        DeviceCriteria(site: site, tag: tag, template: template, status: status)
    }
}

/// Text in the query of an address.
enum QueryText {
    /// All but what RFC 3986 §2.3 leaves alone, percent-encoded.
    static func escaped(_ text: String) -> String {
        let kept = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: kept) ?? ""
    }
}
