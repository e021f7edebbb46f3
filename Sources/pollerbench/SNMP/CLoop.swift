import CBench
import Foundation

/// The plain C loop that the engine is measured against.
struct CLoop {
    var first: UInt32
    var addresses: Int
    var port: UInt16
    var devices: Int
    /// Devices that are asked at a time.
    var window = 90
    /// 0: as fast as the window allows.
    var seconds = 0
    var questions: [cbench_question]
    /// SNMPv3's user and its passphrase; nil for the community public.
    var user: (name: String, passphrase: String)?

    /// - Throws: the kernel's words.
    func run() throws -> cbench_snmp_result {
        var plan = cbench_snmp_plan()
        plan.first_address = first
        plan.address_count = UInt32(addresses)
        plan.port = port
        plan.device_count = UInt32(devices)
        plan.window = UInt32(window)
        plan.spread_microseconds = UInt64(seconds) * 1_000_000
        plan.question_count = UInt32(questions.count)
        var result = cbench_snmp_result()
        let error = questions.withUnsafeBufferPointer { questions in
            plan.questions = questions.baseAddress
            return "public".withCString { community in
                (user?.name ?? "").withCString { name in
                    (user?.passphrase ?? "").withCString { passphrase in
                        plan.community = user == nil ? community : nil
                        plan.user = user == nil ? nil : name
                        plan.passphrase = user == nil ? nil : passphrase
                        return cbench_snmp(&plan, &result)
                    }
                }
            }
        }
        guard error == 0 else { throw BenchFailure(words: String(cString: strerror(error))) }
        return result
    }
}

extension CLoop {
    /// Asks a fleet what the engine asks it, in so many messages to a device.
    init(_ fleet: Fleet, rounds: Int, seconds: Int) {
        var rest = 2 * fleet.interfaces
        var questions: [cbench_question] = []
        for number in 0..<rounds where rest > 0 {
            let count = number == rounds - 1 ? rest : min(rest, number == 0 ? 10 : 60)
            questions.append(cbench_question(count: UInt32(count), is_bulk: 0, is_bare: 0))
            rest -= count
        }
        self.init(
            first: fleet.first, addresses: fleet.devices, port: fleet.port,
            devices: fleet.devices, seconds: seconds, questions: questions)
    }
}

/// Why something was not measured.
struct BenchFailure: Error, CustomStringConvertible {
    let words: String
    var description: String { words }
}

extension cbench_snmp_result {
    var microsecondsPerMessage: Double {
        Double(cpu_nanoseconds) / 1_000 / Double(max(1, messages))
    }
}
