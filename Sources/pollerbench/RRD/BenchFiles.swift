import CBench
import Foundation
import Logging
import PollerDefinitions
import PollerModel
import PollerRRD

/// Files with two counters each, as the traffic of interfaces has them, in a folder of their own.
struct BenchFiles: Sendable {
    static let inFolder = 24
    private static let sources = ["traffic_in", "traffic_out"].map {
        RoundRobinFile.Source(name: $0, kind: .counter)
    }

    let folder: String
    let count: Int
    let profile: Profile
    private let files: [RoundRobinFile]

    init(folder: String, count: Int, profile: Profile) {
        self.folder = folder
        self.count = count
        self.profile = profile
        files = (0..<count).map {
            RoundRobinFile(
                path: "rrd/\($0 / Self.inFolder + 1)/\($0 + 1).rrd", step: profile.step,
                heartbeatSeconds: profile.heartbeatSeconds, sources: Self.sources,
                archives: profile.archives)
        }
    }

    /// Makes all of them, empty since `start`.
    func create(since start: Timestamp, logger: Logger) throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder)/rrd", withIntermediateDirectories: true)
        let writer = try UnjournaledFiles(
            storage: RoundRobinStorage(folder: folder), logger: logger)
        for file in files { try writer.create(file, start: start) }
    }

    /// What a file gets at so many times.
    func update(_ position: Int, at times: some Collection<Timestamp>) -> RoundRobinUpdate {
        RoundRobinUpdate(
            file: files[position],
            rows: times.map { time in
                RoundRobinRow(
                    time: time,
                    values: (0..<UInt32(Self.sources.count)).map {
                        .counter(cbench_rrd_counter(UInt32(position), $0, time.milliseconds))
                    })
            })
    }

    func file(_ position: Int) -> RoundRobinFile { files[position] }

    var positions: Range<Int> { 0..<count }
    func path(_ position: Int) -> String { "\(folder)/\(files[position].path)" }
}

extension Profile {
    /// One of the shipped profiles.
    ///
    /// - Parameter rows: of an archive at most; nil: as many as it has. What an update costs
    ///   depends on the number of archives, and not on theirs.
    static func shipped(_ name: String, rows: Int?) throws -> Profile {
        let catalogue = try Catalogue.shipped()
        guard let profile = catalogue.profiles[name] else {
            let names = catalogue.profiles.keys.sorted().joined(separator: ", ")
            throw BenchFailure(words: "there is no profile \(name), but \(names)")
        }
        return profile.limited(to: rows)
    }

    func limited(to rows: Int?) -> Profile {
        Profile(
            name: name, title: title, step: step, heartbeatSeconds: heartbeatSeconds,
            archives: archives.map {
                RoundRobinArchive(
                    function: $0.function, stepsPerRow: $0.stepsPerRow,
                    rows: min($0.rows, rows ?? $0.rows), unknownShare: $0.unknownShare)
            })
    }
}

extension Catalogue {
    /// The one that lies beside the program.
    static func shipped() throws -> Catalogue {
        guard let folder = ResourceFolder.find(Settings()) else {
            throw BenchFailure(words: "the folder Resources is not found beside the program")
        }
        let (catalogue, problems) = CatalogueLoader.load([folder])
        if let first = problems.first { throw BenchFailure(words: first.description) }
        return catalogue
    }
}
