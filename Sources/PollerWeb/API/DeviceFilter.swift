import PollerModel

/// Which devices of a listing are wanted: `?name=&site=&tag=&template=&status=&q=`, all of which
/// must hold. Of these only `q` is a part of something.
struct DeviceFilter {
    /// In lower case, as names are compared.
    let name: String?
    let site: String?
    let tag: String?
    let template: String?
    let state: DeviceStatus.State?
    let text: TextFilter

    init(_ query: Query, _ catalogue: Catalogue) throws(WebProblem) {
        name = query.text("name")?.lowercased()
        site = query.text("site")
        tag = query.text("tag")
        template = query.text("template")
        text = try TextFilter(query)
        let word = query.text("status")
        state = word.flatMap(DeviceStatus.State.init(rawValue:))
        if let word, state == nil {
            let known = DeviceStatus.State.allCases.map(\.rawValue)
            throw .badRequest(
                "there is no status “\(DeviceText(word).text)”"
                    + Suggestion.phrase(for: word, among: known),
                fix: "use one of \(known.joined(separator: ", "))")
        }
        if let template, catalogue.deviceTemplates[template] == nil {
            throw .badRequest(
                "there is no device template “\(DeviceText(template).text)”"
                    + Suggestion.phrase(for: template, among: catalogue.deviceTemplates.keys),
                fix: "see pollerctl template list")
        }
    }

    /// Whether every device is wanted.
    var isEmpty: Bool {
        name == nil && site == nil && tag == nil && template == nil && state == nil
            && text.text.isEmpty
    }

    /// For the addresses of other pages of the listing.
    var parameters: [(String, String)] {
        [
            ("q", text.text), ("name", name ?? ""), ("site", site ?? ""), ("tag", tag ?? ""),
            ("template", template ?? ""), ("status", state?.rawValue ?? ""),
        ]
    }

    func matches(_ device: Device, _ status: any PollStatus) -> Bool {
        (name == nil || device.name.lowercased() == name)
            && (site == nil || device.site == site)
            && tag.map { device.tags.contains($0) } ?? true
            && template.map { device.templates.contains($0) } ?? true
            && (state == nil || status.state(of: device) == state)
            && (text.text.isEmpty
                || text.matches("\(device.name) \(device.target.host) \(device.template)"))
    }
}

extension PollStatus {
    /// What is said of a device: one that is not polled is disabled, whatever it was.
    func state(of device: Device) -> DeviceStatus.State {
        device.isEnabled ? self.device(device.id).state : .disabled
    }
}
