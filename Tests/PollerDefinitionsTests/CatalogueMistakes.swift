/// What can be wrong with a catalogue, each by one change of a right one.
enum CatalogueMistakes {
    /// What is broken, and what the one line about it must hold.
    typealias Mistake = (file: String, old: String, new: String, place: String, words: String)

    static let all: [Mistake] = ofFiles + ofTables

    private static let ofFiles: [Mistake] = [
        (
            "profiles/minute.yaml", "title: Minute", "titel: Minute",
            "profiles/minute.yaml:2:1", "did you mean “title”"
        ),
        (
            "profiles/minute.yaml", "step_seconds: 60", "step_seconds: 0",
            "profiles/minute.yaml:3:15", "1 to 86400"
        ),
        (
            "profiles/minute.yaml", "step_seconds: 60",
            "step_seconds: 60\nheartbeat_seconds: 30", "profiles/minute.yaml:4:20",
            "shorter than the step"
        ),
        (
            "profiles/minute.yaml", "AVERAGE, MAX", "AVERAGE, MAXX",
            "profiles/minute.yaml:5:17", "did you mean “MAX”"
        ),
        (
            "profiles/minute.yaml", "rows: 100", "rows: 100000000", "profiles/minute.yaml:5:49",
            "1 to 1000000"
        ),
        (
            "profiles/minute.yaml", "steps: 1, ", "", "profiles/minute.yaml:5:5",
            "lacks the key “steps”"
        ),
        (
            "profiles/minute.yaml", "name: minute", "name: Minute", "profiles/minute.yaml:1:7",
            "is no name"
        ),
        (
            "profiles/minute.yaml", "name: minute", "name: \"\"", "profiles/minute.yaml:1:7",
            "“name” is empty; write a text"
        ),
        (
            "profiles/minute.yaml", "title: Minute", "title: \" \"",
            "profiles/minute.yaml:2:8", "“title” is empty; write a text"
        ),
        (
            "graph_templates/traffic.yaml", "title: \"{device} - {ifDescr}\"", "title: \"\"",
            "graph_templates/traffic.yaml:2:8", "“title” is empty; write a text"
        ),
        (
            "data_templates/traffic.yaml", "name: octets_in", "name: \"\"",
            "data_templates/traffic.yaml:6:12", "“name” is empty; write a text"
        ),
        (
            "data_queries/interfaces.yaml", "  ifDescr:", "  \"\": {oid: 1.3}\n  ifDescr:",
            "data_queries/interfaces.yaml:6:3", "“” is no name of a field"
        ),
        (
            "profiles/minute.yaml", "  - {functions",
            " - {functions: [AVERAGE], steps: 1\n  - {functions", "profiles/minute.yaml",
            "is not YAML"
        ),
        (
            "profiles/minute.yaml", "title: Minute", "title: Minute\ntitle: Again",
            "profiles/minute.yaml", "stands twice"
        ),
        (
            "profiles/minute.yaml", "step_seconds: 60", "step_seconds: [60]",
            "profiles/minute.yaml:3:15", "must be a text"
        ),
        (
            "data_queries/interfaces.yaml", "index: 1.3.6.1.2.1.2.2.1.1", "index: ifIndex",
            "data_queries/interfaces.yaml:4:8", "must be an OID in numbers"
        ),
        (
            "data_queries/interfaces.yaml", "index: 1.3.6.1.2.1.2.2.1.1",
            "index: 1\(String(repeating: ".1", count: 32))",
            "data_queries/interfaces.yaml:4:8", "must be an OID in numbers"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\nwatch: [5.6.7]",
            "data_queries/interfaces.yaml:9:9", "is no OID in numbers"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [ifDesc]",
            "data_queries/interfaces.yaml:8:12", "did you mean “ifDescr”"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [[ifDescr, ifDesc]]",
            "data_queries/interfaces.yaml:8:22", "did you mean “ifDescr”"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [ifDescr, []]",
            "data_queries/interfaces.yaml:8:21", "has an empty list in it"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [[ifDescr, ifDescr]]",
            "data_queries/interfaces.yaml:8:12", "names something twice"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr, [ifDescr]]",
            "data_queries/interfaces.yaml:8:21", "names something twice"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [[[ifDescr]]]",
            "data_queries/interfaces.yaml:8:13", "a list of fields and of lists of fields"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: ifDescr",
            "data_queries/interfaces.yaml:8:11", "must be a list"
        ),
        (
            "data_queries/interfaces.yaml", "kind: integer", "kind: number",
            "data_queries/interfaces.yaml:7:45", "it is one of text, integer, mac, ip, oid"
        ),
        (
            "data_queries/interfaces.yaml", "  ifDescr:", "  index: {oid: 1.3}\n  ifDescr:",
            "data_queries/interfaces.yaml:6:3", "cannot be called “index”"
        ),
        (
            "data_queries/interfaces.yaml", "source: RFC 2863\n", "",
            "data_queries/interfaces.yaml:1:1", "lacks the key “source”"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\ngraph_when: {ifOper: [1]}",
            "data_queries/interfaces.yaml:9:14", "“ifOper”, which does not exist"
        ),
        (
            "data_templates/traffic.yaml", "query: interfaces", "query: interface",
            "data_templates/traffic.yaml:4:8", "did you mean “interfaces”"
        ),
        (
            "data_templates/traffic.yaml", "kind: COUNTER", "kind: COUNTR",
            "data_templates/traffic.yaml:6:29", "did you mean “COUNTER”"
        ),
        (
            "data_templates/traffic.yaml", "name: octets_in", "name: octets_in_from_the_wire",
            "data_templates/traffic.yaml:6:12", "1 to 19"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: octets_in, kind: GAUGE, oid: 1.3.6, unit: x}",
            "data_templates/traffic.yaml:7:12", "stands twice"
        ),
        (
            "data_templates/traffic.yaml", "unit: octets", "unit: octets, scale: 8",
            "data_templates/traffic.yaml:6:86", "scale in the graph"
        ),
        (
            "data_templates/traffic.yaml", "oid: 1.3.6.1.2.1.2.2.1.10, ", "",
            "data_templates/traffic.yaml:6:5", "none of “oid”, “oids” and “measure”"
        ),
        (
            "data_templates/traffic.yaml", "oid: 1.3.6.1.2.1.2.2.1.10, ",
            "measure: poll_milliseconds, ", "data_templates/traffic.yaml:6:47", "not for a row"
        ),
        (
            "graph_templates/traffic.yaml", "data_template: traffic", "data_template: trafic",
            "graph_templates/traffic.yaml:4:16", "did you mean “traffic”"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_out,8,*",
            "graph_templates/traffic.yaml:7:24", "did you mean “octets_in”"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,8",
            "graph_templates/traffic.yaml:7:24", "leaves 2 values"
        ),
        (
            "graph_templates/traffic.yaml", "{ifDescr}", "{ifName}",
            "graph_templates/traffic.yaml:2:8", "“ifName”, which does not exist"
        ),
        (
            "graph_templates/traffic.yaml", "color: blue", "color: green",
            "graph_templates/traffic.yaml:7:61", "write one of blue"
        ),
        (
            "graph_templates/traffic.yaml", "vertical_label: bits per second",
            "vertical_label: bits\nlower_limit: 5\nupper_limit: 5",
            "graph_templates/traffic.yaml:6:14", "not below"
        ),
        (
            "graph_templates/traffic.yaml", "vertical_label: bits per second",
            "vertical_label: bits\nbase: 1001", "graph_templates/traffic.yaml:6:7",
            "1000 or 1024"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]", "graphs: [trafic]",
            "device_templates/generic.yaml:5:10", "did you mean “traffic”"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\nobject_ids: [cisco]", "device_templates/generic.yaml:6:14",
            "no OID in numbers"
        ),
        (
            "device_templates/generic.yaml", "title: Generic",
            "title: Generic\nobject_ids: [1.3.6.1.4.1.9]", "resources",
            "has no device template that fits every device"
        ),
    ]

    /// Of tables, values and kinds of devices.
    private static let ofTables: [Mistake] = [
        (
            "data_queries/interfaces.yaml", "kind: integer", "kind: integer, at: ifAlias",
            "data_queries/interfaces.yaml:7:58", "which does not stand above this one"
        ),
        (
            "data_queries/interfaces.yaml", "  ifDescr:", "  MAX: {oid: 1.3}\n  ifDescr:",
            "data_queries/interfaces.yaml:6:3", "names of operators"
        ),
        (
            "data_queries/interfaces.yaml", "  ifDescr:", "  part: {index: 5-2}\n  ifDescr:",
            "data_queries/interfaces.yaml:6:17", "positions of arcs"
        ),
        (
            "data_queries/interfaces.yaml", "  ifDescr:",
            "  part: {index: 1, oid: 1.3}\n  ifDescr:", "data_queries/interfaces.yaml:6:17",
            "exclude each other"
        ),
        (
            "data_queries/interfaces.yaml", "kind: integer", "kind: integer, arc: last",
            "data_queries/interfaces.yaml:7:59", "of the kind oid"
        ),
        (
            "data_queries/interfaces.yaml", "kind: integer", "kind: integer, map: [1]",
            "data_queries/interfaces.yaml:7:59", "key: value"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\nrows_when: {ifDescr: {over: 3}}",
            "data_queries/interfaces.yaml:9:23", "has no key “over”"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\nrows_unless: [7]", "data_queries/interfaces.yaml:9:15",
            "must map fields to values"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\ngraph_unless: {ifDescr: []}",
            "data_queries/interfaces.yaml:9:25", "must list values"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [[]]",
            "data_queries/interfaces.yaml:8:12", "empty list"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\ndiscontinuity: ifDisc", "data_queries/interfaces.yaml:9:16",
            "which does not exist"
        ),
        (
            "data_queries/interfaces.yaml", "identity: [ifDescr]",
            "identity: [ifDescr]\nreread_minutes: -1", "data_queries/interfaces.yaml:9:17",
            "0 to 10080"
        ),
        (
            "data_templates/traffic.yaml", "query: interfaces",
            "query: interfaces\nrows: {ifOper: [1]}", "data_templates/traffic.yaml:5:8",
            "which does not exist"
        ),
        (
            "data_templates/traffic.yaml", "unit: octets", "unit: octets, unknown: [none]",
            "data_templates/traffic.yaml:6:89", "is no number"
        ),
        (
            "data_templates/traffic.yaml", "unit: octets", "unit: octets, value: \"raw,2,*\"",
            "data_templates/traffic.yaml:6:29", "counters are not computed with"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oids: {a: 1.3}, value: \"b\"}",
            "data_templates/traffic.yaml:7:60", "“b” is no data source"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, minimum: 9, maximum: 1}",
            "data_templates/traffic.yaml:7:56", "not below"
        ),
        (
            "data_templates/traffic.yaml", "unit: octets", "unit: octets, at: ifAlias",
            "data_templates/traffic.yaml:6:83", "which does not exist"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "8",
            "graph_templates/traffic.yaml:7:24", "reads no data source"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,POP,8",
            "graph_templates/traffic.yaml:7:24", "ends with a number"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,octets_in,SORT",
            "graph_templates/traffic.yaml:7:24", "written right before it: 1 to 64"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,TREND",
            "graph_templates/traffic.yaml:7:24", "a data source and a number of seconds"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,120,1,PERCENT",
            "graph_templates/traffic.yaml:7:24", "a percentage"
        ),
        (
            "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,1,COPY",
            "graph_templates/traffic.yaml:7:24", "is no data source"
        ),
        (
            "graph_templates/traffic.yaml", "{device} -", "|host_snmp_community| -",
            "graph_templates/traffic.yaml:2:8", "never show how a device is asked"
        ),
        (
            "device_templates/generic.yaml", "class: generic", "class: swich",
            "device_templates/generic.yaml:3:8", "did you mean “switch”"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\noffers: [traffic]", "device_templates/generic.yaml:6:9",
            "stands in “graphs” already"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\ntables: [interface]", "device_templates/generic.yaml:6:10",
            "did you mean “interfaces”"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\n---\nname: other\ntitle: O\nsource: us\ngraph: []",
            "device_templates/generic.yaml:10:1", "has no key “graph”"
        ),
        (
            "data_queries/interfaces.yaml", "ifDescr: {oid: 1.3.6.1.2.1.2.2.1.2}",
            "ifDescr: {oid: 1.3.6.1.2.1.2.2.1.2, kept: false}",
            "data_queries/interfaces.yaml:8:12", "“ifDescr”, which does not exist"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,TIME,*\"}",
            "data_templates/traffic.yaml:7:54", "means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,PREV,+\"}",
            "data_templates/traffic.yaml:7:54", "uses PREV, which means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,60,TRENDNAN\"}",
            "data_templates/traffic.yaml:7:54", "uses TRENDNAN, which means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,NEWDAY,*\"}",
            "data_templates/traffic.yaml:7:54", "uses NEWDAY, which means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,LTIME,*\"}",
            "data_templates/traffic.yaml:7:54", "uses LTIME, which means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "speed_factor: 0.125}",
            "speed_factor: 0.125}\n  - {name: x, kind: GAUGE, unit: y, oid: 1.3, value: \"raw,NEGINF,MAX\"}",
            "data_templates/traffic.yaml:7:54", "uses NEGINF, which means nothing in a sample"
        ),
        (
            "data_templates/traffic.yaml", "query: interfaces\nitems:",
            "items:\n  - {name: x, kind: COUNTER, unit: y, measure: uptime_seconds}",
            "data_templates/traffic.yaml:5:48", "is a GAUGE"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\ndescriptions: [\"*\"]", "device_templates/generic.yaml:6:16",
            "fits devices of any kind"
        ),
        (
            "device_templates/generic.yaml", "graphs: [traffic]",
            "graphs: [traffic]\nprobes: [1.3]", "device_templates/generic.yaml:6:9",
            "a root of the tree"
        ),
    ]
}
