import CRRD
import Glibc
import PollerModel

/// Series in C's form, for the time of a call. They are freed with the object.
final class LentSeries {
    private var series: [crrd_series] = []
    private var names: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = []
    private var values: [UnsafeMutablePointer<Double>] = []

    init(_ all: [RoundRobinSeries]) {
        for one in all {
            let names = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(
                capacity: one.names.count)
            for (position, name) in one.names.enumerated() {
                names[position] = UnsafePointer(strdup(name))
            }
            let values = UnsafeMutablePointer<Double>.allocate(capacity: one.values.count)
            values.initialize(from: one.values, count: one.values.count)
            self.names.append(names)
            self.values.append(values)
            series.append(
                crrd_series(
                    start: one.start.seconds, step: UInt(one.stepSeconds),
                    name_count: UInt(one.names.count), row_count: UInt(one.rowCount),
                    names: names, values: values))
        }
    }

    deinit {
        for (position, one) in series.enumerated() {
            for name in 0..<Int(one.name_count) {
                free(UnsafeMutablePointer(mutating: names[position][name]))
            }
            names[position].deallocate()
            values[position].deallocate()
        }
    }

    /// Valid for the time of the call.
    func withPointer<Value>(_ body: (UnsafeBufferPointer<crrd_series>) -> Value) -> Value {
        withExtendedLifetime(self) { series.withUnsafeBufferPointer(body) }
    }
}
