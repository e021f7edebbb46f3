import Foundation
import PollerModel
import TestSupport

/// Faults of the disk and of the files on it, and of the clock by which they are written.
extension DeviceFault {
    /// What the kernel says (`errno.h`).
    private static func failing(
        _ call: String, _ part: @escaping @Sendable (FaultedDevice) -> String, _ code: Int32
    ) -> Act {
        { device in
            try device.disk?.fail(call, on: part(device), with: code)
            try await device.poll()
            try await device.write()
            // Whether its file takes rows is known from then on.
            try await device.poll()
        }
    }

    private static let ended: @Sendable (FaultedDevice, String) async throws -> Void = {
        device, _ in
        try device.disk?.end()
        try await device.poll()
        try await device.write()
    }

    static let files: [DeviceFault] = [
        // What the doctor finds is kept for a moment: the other of the journal is the last.
        DeviceFault(
            Fault(
                "The journal cannot be written", .doctor, code: "journal.failing",
                words: "could not be written: Input/output error", log: .all("journal.failed")),
            .box("box_level"), polls: 0,
            inject: failing("write", { _ in "/state/journal/" }, EIO), mend: ended),
        DeviceFault(
            Fault(
                "The file is read-only", code: "file_failed",
                words: "Permission denied", log: .file("file_failed")),
            .box("box_level"), polls: 0, inject: failing("open-to-write", \.file, EACCES),
            mend: ended),
        DeviceFault(
            Fault(
                "The folder is read-only", code: "file_failed",
                words: "Read-only file system", log: .file("file_failed")),
            .box("box_level"), polls: 0,
            inject: failing("open-to-write", { "/state/rrd/\($0.id)/" }, EROFS), mend: ended),
        DeviceFault(
            Fault(
                "The file is corrupt", code: "file_damaged",
                words: "its file is not a round-robin file", log: .file("file.quarantined")),
            .box("box_level"), polls: 0,
            inject: { device in
                try await device.write()
                try Data(repeating: 0x2a, count: 5_000).write(to: URL(filePath: device.path))
            },
            mend: { device, _ in
                try await device.poll()
                try await device.write()
            }),
        DeviceFault(
            Fault(
                "The file is missing", code: "file_missing", words: "its file is not there",
                log: .file("file.begun_anew")),
            .box("box_level"), polls: 0,
            inject: { device in
                try await device.write()
                try FileManager.default.removeItem(atPath: device.path)
            },
            mend: { device, _ in
                try await device.poll()
                try await device.write()
            }),
        DeviceFault(
            Fault(
                "The file has another step", code: "layout_step", words: "has a step of 60 s",
                // It takes its rows, and they are drawn.
                log: .file("file.differs"), isPictured: false),
            .box("box_level"), polls: 1,
            inject: { device in
                try await device.write()
                try await device.replaceFile(step: 60, item: "level")
            },
            mend: { device, _ in
                let shape = try await device.daemon.control(
                    ["rrd", "reshape", "--device", device.name])
                guard shape.status == 0 else { throw Unexpected(shape.errors) }
            }),
        DeviceFault(
            Fault(
                "The file lacks the data source", code: "layout_sources",
                words: "its file holds other instead of level", log: .file("file.quarantined")),
            .box("box_level"), polls: 0,
            inject: { device in
                try await device.write()
                try await device.replaceFile(step: 300, item: "other")
            },
            mend: { device, _ in
                try await device.poll()
                try await device.write()
            }),
        DeviceFault(
            Fault(
                "The journal has no room", .doctor, code: "journal.failing",
                words: "could not be written: No space left on device",
                log: .all("journal.failed")),
            .box("box_level"), polls: 0,
            inject: failing("write", { _ in "/state/journal/" }, ENOSPC), mend: ended),
    ]

    static let clock: [DeviceFault] = [
        // The first: the log folds it with a clock that comes back, which is set ahead too.
        DeviceFault(
            Fault(
                "The clock is set ahead", code: "clock_set",
                words: "this machine's clock was set by", log: .all("clock.set")),
            .box("box_packets"), passingAfter: { try $0.clock?.set(60) }),
        DeviceFault(
            Fault(
                "The clock is set back", code: "not_after_last",
                words: "this machine's clock is behind", log: .all("clock.set")),
            .box("box_level"), polls: 1, inject: { try $0.clock?.set(-3_600) },
            mend: { device, _ in try device.clock?.set(0) }),
        DeviceFault(
            Fault(
                "The clock leaps ahead", code: "clock_doubted", words: "the clock leapt ahead",
                log: .all("clock.leapt")),
            .box("box_level"), polls: 1, inject: { try $0.clock?.set(400 * 86_400) },
            mend: { device, _ in try device.clock?.set(0) }),
    ]
}

extension FaultedDevice {
    /// Of its data source.
    var path: String { "\(daemon.state)/\(file)" }

    /// Has what was accepted for its file written to it.
    func write() async throws {
        guard let source else { return }
        _ = try await daemon.control(["data-source", "last", "\(source)"])
    }

    /// Puts another file in the place of its own.
    func replaceFile(step: Int, item: String) async throws {
        guard let rrdtool = Program.find("rrdtool") else {
            throw Unexpected("rrdtool is not installed")
        }
        try FileManager.default.removeItem(atPath: path)
        let made = try await Program.run(
            rrdtool,
            [
                "create", path, "--step", "\(step)", "DS:\(item):GAUGE:600:U:U",
                "RRA:AVERAGE:0.5:1:600",
            ])
        guard made.status == 0 else { throw Unexpected(made.errors) }
    }
}
