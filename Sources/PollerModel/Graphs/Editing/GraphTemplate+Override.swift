extension GraphTemplate {
    /// The template as somebody wants it for one graph: what is drawn, its numbers, its rows as
    /// CSV, its command line and what is shared of it are all of this.
    package func applying(_ override: GraphOverride?) -> GraphTemplate {
        guard let override, !override.isEmpty else { return self }
        var template = self
        template.settings.apply(override)
        template.items = items.compactMap { item in
            guard case .series(var series) = item else { return item }
            let wanted = override[series.label]
            if wanted.isHidden == true { return nil }
            series.apply(wanted)
            return .series(series)
        }
        return template
    }
}

extension GraphSettings {
    fileprivate mutating func apply(_ override: GraphOverride) {
        axisLabel = override.verticalLabel ?? axisLabel
        units = override.units ?? units
        base = override.base ?? base
        if let limit = override.lowerLimit { lowerLimit = limit.value }
        if let limit = override.upperLimit { upperLimit = limit.value }
        isRigid = override.isRigid ?? isRigid
        isLogarithmic = override.isLogarithmic ?? isLogarithmic
        showsCapacity = override.showsCapacity ?? showsCapacity
        percentile = override.percentile ?? percentile
    }
}

extension GraphTemplate.Series {
    fileprivate mutating func apply(_ wanted: GraphOverride.Series) {
        label = wanted.label ?? label
        color = wanted.color ?? color
        style = wanted.style ?? style
        stroke = GraphStroke(
            width: wanted.width ?? stroke.width,
            dashes: wanted.dash.map { $0.lengths } ?? stroke.dashes,
            dashOffset: wanted.dash == nil ? stroke.dashOffset : 0)
    }
}

extension GraphRequest {
    /// The same, where what nobody asked for is as the graph itself says.
    func looking(as settings: GraphSettings) -> GraphRequest {
        var request = self
        if view.units == .asDefined { request.view.units = settings.units }
        request.view.percentile = view.percentile ?? settings.percentile
        request.view.showsCapacity = view.showsCapacity ?? settings.showsCapacity
        return request
    }
}
