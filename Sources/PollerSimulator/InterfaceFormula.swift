import PollerModel

/// A device with interfaces whose rates are known exactly, so that what a poller stores can be
/// compared with the truth.
package enum InterfaceFormula {
    /// Octets a second into interface `interface` of device `device`.
    package static func inRate(device: Int, interface: Int) -> UInt64 {
        UInt64(20_000 + (device * 7_001 + interface * 1_301) % 900_000)
    }

    /// Octets a second out of interface `interface` of device `device`.
    package static func outRate(device: Int, interface: Int) -> UInt64 {
        UInt64(10_000 + (device * 3_001 + interface * 4_703) % 450_000)
    }

    /// - Parameters:
    ///   - base: added to all octet counters, to place them next to a wrap.
    ///   - is64Bit: whether the agent has the ifHC counters.
    ///   - indexOffset: added to every ifIndex, as a renumbering does.
    ///   - swapped: two interfaces that have each other's ifIndex.
    package static func tree(
        device: Int, interfaces: Int, base: UInt64 = 0, is64Bit: Bool = true,
        indexOffset: Int = 0, swapped: (Int, Int)? = nil
    ) -> ObjectTree {
        let system = OID([1, 3, 6, 1, 2, 1, 1])
        var objects: [(OID, ObjectValue)] = [
            (
                system.appending([1, 0]),
                .constant(.octets(Array("pollersim device \(device)".utf8)))
            ),
            (system.appending([2, 0]), .constant(.oid(OID([1, 3, 6, 1, 4, 1, 8072, 3, 2, 10])))),
            (system.appending([3, 0]), .upTime),
            (system.appending([4, 0]), .constant(.octets(Array("nobody".utf8)))),
            (system.appending([5, 0]), .constant(.octets(Array("sim-\(device)".utf8)))),
            (system.appending([6, 0]), .constant(.octets(Array("nowhere".utf8)))),
            (OID([1, 3, 6, 1, 2, 1, 2, 1, 0]), .constant(.integer(Int64(interfaces)))),
            (OID([1, 3, 6, 1, 2, 1, 31, 1, 5, 0]), .constant(.timeTicks(0))),
        ]
        for interface in 1...max(1, interfaces) where interfaces > 0 {
            let place =
                switch interface {
                case swapped?.0: swapped?.1 ?? interface
                case swapped?.1: swapped?.0 ?? interface
                default: interface
                }
            let row = Row(
                device: device, interface: interface, index: UInt32(place + indexOffset),
                base: base)
            objects += row.ifTable
            objects += row.ifXTable(is64Bit: is64Bit)
        }
        return ObjectTree(objects)
    }

    /// One interface (RFC 2863).
    private struct Row {
        let device: Int
        let interface: Int
        let index: UInt32
        let base: UInt64

        private var inRate: UInt64 { InterfaceFormula.inRate(device: device, interface: interface) }
        private var outRate: UInt64 {
            InterfaceFormula.outRate(device: device, interface: interface)
        }
        private var name: [UInt8] { Array("eth\(interface)".utf8) }

        var ifTable: [(OID, ObjectValue)] {
            let columns: [(UInt32, ObjectValue)] = [
                (1, .constant(.integer(Int64(index)))),
                (2, .constant(.octets(name))),
                (3, .constant(.integer(6))),
                (4, .constant(.integer(1_500))),
                (5, .constant(.gauge32(1_000_000_000))),
                (
                    6,
                    .constant(.octets([2, 0, UInt8(device & 0xff), 0, 0, UInt8(interface & 0xff)]))
                ),
                (7, .constant(.integer(1))),
                (8, .constant(.integer(1))),
                (10, .counter32(base: base, perSecond: inRate)),
                (11, .counter32(base: 0, perSecond: inRate / 500)),
                (13, .counter32(base: 0, perSecond: 1)),
                (14, .counter32(base: 0, perSecond: 2)),
                (16, .counter32(base: base, perSecond: outRate)),
                (17, .counter32(base: 0, perSecond: outRate / 500)),
                (19, .counter32(base: 0, perSecond: 3)),
                (20, .counter32(base: 0, perSecond: 4)),
            ]
            return columns.map { (OID([1, 3, 6, 1, 2, 1, 2, 2, 1, $0.0, index]), $0.1) }
        }

        func ifXTable(is64Bit: Bool) -> [(OID, ObjectValue)] {
            var columns: [(UInt32, ObjectValue)] = [
                (1, .constant(.octets(name))),
                (15, .constant(.gauge32(1_000))),
                (18, .constant(.octets(Array("port \(interface) of \(device)".utf8)))),
            ]
            if is64Bit {
                columns += [
                    (6, .counter64(base: base, perSecond: inRate)),
                    (7, .counter64(base: 0, perSecond: inRate / 500)),
                    (8, .counter64(base: 0, perSecond: 5)),
                    (9, .counter64(base: 0, perSecond: 6)),
                    (10, .counter64(base: base, perSecond: outRate)),
                    (11, .counter64(base: 0, perSecond: outRate / 500)),
                    (12, .counter64(base: 0, perSecond: 7)),
                    (13, .counter64(base: 0, perSecond: 8)),
                ]
            }
            return columns.map { (OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, $0.0, index]), $0.1) }
        }
    }
}
