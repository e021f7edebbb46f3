import HTTPTypes
import PollerModel

/// What people with a scope may not do, though their role allows it: put things where they do not
/// see them any more.
extension Viewer {
    /// Whether a device of this site and with these tags would lie in his scope.
    func checkCovers(site: String?, tags: [String]) throws(WebProblem) {
        guard !scope.covers(site: site, tags: tags) else { return }
        throw WebProblem(
            .forbidden,
            "\(name) sees \(scope.words), and this device would lie outside: its site would be "
                + "\(site ?? "none"), its tags \(tags.isEmpty ? "none" : tags.joined(separator: ", "))",
            code: "outside_scope", fix: "give it a site or a tag of the scope (--site, --tag)")
    }

    /// The same of a device that is changed.
    func checkCovers(_ change: DeviceChange, of device: Device) throws(WebProblem) {
        guard scope != .everything else { return }
        // Too many tags are said by whoever makes the change; until then none are added.
        let tags = (try? change.tags(of: device)) ?? device.tags
        try checkCovers(site: change.site ?? device.site, tags: tags)
    }

    /// Whether all members of a graph of many data sources are among those that he sees: else it
    /// would be made, and exist for everybody but him.
    func checkSees(
        _ members: AggregateMembers, ofAll all: AggregateMembers
    ) throws(WebProblem) {
        let outside = all.members.count - members.members.count
        guard outside > 0 || all.leftOut > members.leftOut, scope != .everything else { return }
        throw WebProblem(
            .forbidden,
            "this graph would take \(max(outside, 1)) data sources that \(name) does not see, whose "
                + "scope is \(scope.words)",
            code: "outside_scope",
            fix: "name the data sources, or take a narrower rule (--site, --tag)")
    }

    /// Whether a link to a graph of many data sources shows nothing but what he sees, now and later:
    /// a rule takes devices that come to lie outside his scope, and nobody looks who opens a link.
    func checkMayShare(_ aggregate: Aggregate) throws(WebProblem) {
        guard scope != .everything, case .rule = aggregate.members else { return }
        throw WebProblem(
            .forbidden,
            "\(name) sees \(scope.words), and this graph takes its data sources by a rule: its link "
                + "would show devices outside as soon as the rule fits them",
            code: "outside_scope",
            fix: "share a graph whose data sources are named, or ask somebody who sees everything")
    }
}
