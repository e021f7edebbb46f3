import PollerModel

/// Reads what of a graph template is no series: one key for each option.
enum GraphSettingsReader {
    static func read(_ reader: MappingReader) -> GraphSettings {
        var settings = GraphSettings(verticalLabel: reader.requiredText("vertical_label"))
        settings.base = base(reader)
        settings.lowerLimit = reader.number("lower_limit")
        settings.upperLimit = reader.number("upper_limit")
        if let lower = settings.lowerLimit, let upper = settings.upperLimit, lower >= upper {
            reader.wrong("lower_limit", "is not below “upper_limit”")
        }
        settings.isRigid = reader.flag("rigid")
        settings.isLogarithmic = reader.flag("logarithmic")
        readGrid(reader, &settings)
        settings.unitsExponent = exponent(reader)
        settings.unitsLength = integer(reader, "units_length", GraphSettings.unitsLengths)
        settings.tabWidth = integer(reader, "tab_width", GraphSettings.tabWidths)
        settings.isSmooth = reader.has("smooth") ? reader.flag("smooth") : true
        settings.fitsGrid = reader.has("fit_grid") ? reader.flag("fit_grid") : true
        settings.hasDynamicLabels = reader.flag("dynamic_labels")
        settings.forcesRuleLabels = reader.flag("force_rule_labels")
        settings.legendPosition = reader.choice(
            "legend_position", default: GraphSettings.LegendPosition.south)
        settings.legendIsReversed = reader.flag("legend_reversed")
        settings.width =
            integer(reader, "width", GraphLimits.width) ?? GraphLimits.defaultWidth
        settings.height =
            integer(reader, "height", GraphLimits.height) ?? GraphLimits.defaultHeight
        if reader.has("right_axis") { settings.rightAxis = rightAxis(reader.section("right_axis")) }
        return settings
    }

    private static func integer(
        _ reader: MappingReader, _ key: String, _ range: ClosedRange<Int>
    ) -> Int? {
        reader.optionalInteger(key, in: Int64(range.lowerBound)...Int64(range.upperBound))
            .map(Int.init)
    }

    private static func base(_ reader: MappingReader) -> GraphTemplate.Base {
        guard let number = reader.optionalInteger("base", in: 1_000...1_024) else { return .si }
        guard let base = GraphTemplate.Base(rawValue: Int(number)) else {
            reader.wrong("base", "is 1000 or 1024, not \(number)")
            return .si
        }
        return base
    }

    private static func readGrid(_ reader: MappingReader, _ settings: inout GraphSettings) {
        settings.gridStep = reader.number("grid_step")
        settings.gridLabelEvery = integer(reader, "grid_label_every", 1...20) ?? 1
        guard let step = settings.gridStep else { return }
        // librrd draws each line; a grid of thousands would take minutes.
        guard let lower = settings.lowerLimit, let upper = settings.upperLimit,
            settings.isRigid, step > 0, (upper - lower) / step <= GraphSettings.mostGridLines
        else {
            reader.wrong(
                "grid_step",
                "needs rigid limits with at most \(Int(GraphSettings.mostGridLines)) steps "
                    + "between them",
                fix: "give lower_limit, upper_limit and rigid: true, or a larger step")
            settings.gridStep = nil
            return
        }
    }

    private static func exponent(_ reader: MappingReader) -> Int? {
        guard let exponent = integer(reader, "units_exponent", GraphSettings.unitsExponents)
        else { return nil }
        guard exponent.isMultiple(of: 3) else {
            reader.wrong("units_exponent", "is a multiple of 3, not \(exponent)")
            return nil
        }
        return exponent
    }

    private static func rightAxis(_ reader: MappingReader) -> GraphSettings.RightAxis? {
        defer { reader.finish() }
        let scale = reader.number("scale") ?? 1
        let shift = reader.number("shift") ?? 0
        let label = reader.requiredText("label")
        guard scale != 0 else {
            reader.wrong("scale", "is 0, so the axis would show one number")
            return nil
        }
        return GraphSettings.RightAxis(scale: scale, shift: shift, label: label)
    }
}
