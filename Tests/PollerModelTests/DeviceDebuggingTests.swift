import PollerModel
import Testing

@Suite struct DeviceDebuggingTests {
    private func at(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(milliseconds: seconds * 1_000)
    }

    @Test func `a device is debugged until its time is over`() {
        var debugging = DeviceDebugging()
        #expect(debugging.begin(DeviceID(1), until: at(10)) == true)
        #expect(debugging.isOn(DeviceID(1), at: at(9)))
        #expect(!debugging.isOn(DeviceID(1), at: at(10)))
        #expect(!debugging.isOn(DeviceID(2), at: at(1)))
        #expect(debugging.takeEnded(at: at(9)).isEmpty)
        #expect(debugging.takeEnded(at: at(10)) == [DeviceID(1)])
        #expect(debugging.isEmpty)
    }

    @Test func `so many devices at a time and no more, and each of them again`() {
        var debugging = DeviceDebugging()
        let most = Int64(DeviceDebugging.mostDevices)
        for id in 1...most { #expect(debugging.begin(DeviceID(id), until: at(10)) == true) }
        #expect(debugging.begin(DeviceID(most + 1), until: at(10)) == false)
        #expect(debugging.begin(DeviceID(1), until: at(20)) == true)
        #expect(debugging.isOn(DeviceID(1), at: at(15)))
        #expect(debugging.end(DeviceID(2)) == true)
        #expect(debugging.end(DeviceID(2)) == false)
        #expect(debugging.begin(DeviceID(most + 1), until: at(10)) == true)
    }
}
