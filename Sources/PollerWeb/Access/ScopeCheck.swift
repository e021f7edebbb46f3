import HTTPTypes
import PollerModel

/// What people with a scope may not do, though their role allows it: put things where they do not
/// see them any more.
extension Viewer {
    /// Whether a device like this would lie in his scope.
    private func checkCovers(_ device: Device, by trees: [TreeID: Tree]) throws(WebProblem) {
        guard !scope.covers(device, by: trees) else { return }
        let tags = device.tags.isEmpty ? "none" : device.tags.joined(separator: ", ")
        throw WebProblem(
            .forbidden,
            "\(name) sees \(scope.words(by: trees)), and this device would lie outside: its site "
                + "would be \(device.site ?? "none"), its tags \(tags)",
            code: "outside_scope",
            fix: scope.trees.isEmpty
                ? "give it a site or a tag of the scope (--site, --tag)"
                : "give it a site or a tag of the scope, or for which a tree has a rule (--site, "
                    + "--tag)")
    }

    /// Whether a device that is added would lie in his scope, as far as that is known before it was
    /// asked what it is.
    func checkCovers(
        _ wanted: AddDeviceRequest, by trees: [TreeID: Tree]
    ) throws(WebProblem) {
        guard scope != .everything else { return }
        let device = Device(
            id: DeviceID(0), name: wanted.name ?? "", target: wanted.target,
            step: wanted.step ?? Self.anyStep, template: wanted.template ?? "", site: wanted.site,
            tags: wanted.tags, system: SystemDescription(), createdAt: Timestamp(seconds: 0))
        try checkCovers(device, by: trees)
    }

    /// No scope asks for it.
    private static let anyStep: Step = {
        guard let step = Step(seconds: 1) else { preconditionFailure("a second is a step") }
        return step
    }()

    /// The same of a device that is changed.
    func checkCovers(
        _ change: DeviceChange, of device: Device, by trees: [TreeID: Tree]
    ) throws(WebProblem) {
        guard scope != .everything else { return }
        var changed = device
        changed.name = change.name ?? device.name
        changed.site = change.site ?? device.site
        // Too many tags are said by whoever makes the change; until then none are added.
        changed.tags = (try? change.tags(of: device)) ?? device.tags
        try checkCovers(changed, by: trees)
    }

    /// Whether all members of a graph of many data sources are among those that he sees: else it
    /// would be made, and exist for everybody but him.
    func checkSees(
        _ members: AggregateMembers, ofAll all: AggregateMembers, by trees: [TreeID: Tree]
    ) throws(WebProblem) {
        let outside = all.members.count - members.members.count
        guard outside > 0 || all.leftOut > members.leftOut, scope != .everything else { return }
        throw WebProblem(
            .forbidden,
            "this graph would take \(max(outside, 1)) data sources that \(name) does not see, whose "
                + "scope is \(scope.words(by: trees))",
            code: "outside_scope",
            fix: "name the data sources, or take a narrower rule (--site, --tag)")
    }

    /// Whether a link to a graph of many data sources shows nothing but what he sees, now and later:
    /// a rule takes devices that come to lie outside his scope, and nobody looks who opens a link.
    func checkMayShare(
        _ aggregate: Aggregate, by trees: [TreeID: Tree]
    ) throws(WebProblem) {
        guard scope != .everything, case .rule = aggregate.members else { return }
        throw WebProblem(
            .forbidden,
            "\(name) sees \(scope.words(by: trees)), and this graph takes its data sources by a "
                + "rule: its link would show devices outside as soon as the rule fits them",
            code: "outside_scope",
            fix: "share a graph whose data sources are named, or ask somebody who sees everything")
    }
}
