// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

// Dependencies of the targets below; why each is here: Sources/ARCHITECTURE.md.
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "pollerd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // traits: [] leaves swift-configuration out of the build.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: The model
        .target(name: "PollerModel", swiftSettings: strict),

        // MARK: One target for each thing outside
        .target(name: "CNetSNMP", cSettings: strictC, linkerSettings: [.linkedLibrary("netsnmp")]),
        .target(name: "CCrypto", cSettings: strictC, linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "CRRD", cSettings: strictC,
            linkerSettings: [.linkedLibrary("rrd"), .linkedLibrary("png16")]),
        .target(name: "CDeflate", cSettings: strictC, linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CClock", cSettings: strictC),
        .target(name: "CSeal", cSettings: strictC, linkerSettings: [.linkedLibrary("seccomp")]),
        .target(
            name: "PollerSNMP", dependencies: ["PollerModel", "CNetSNMP", logging],
            swiftSettings: strict),
        .target(
            name: "PollerRRD", dependencies: ["PollerModel", "CRRD", logging],
            swiftSettings: strict),
        .target(
            name: "PollerReach", dependencies: ["PollerModel", logging], swiftSettings: strict),
        .target(
            name: "PollerDefinitions",
            dependencies: ["PollerModel", "PollerSecrets", grdb, yams],
            swiftSettings: strict),
        .target(
            name: "PollerHealth", dependencies: ["CClock", "PollerDefinitions", "PollerModel"],
            swiftSettings: strict),
        .target(
            name: "PollerSecrets", dependencies: ["PollerModel", "CCrypto"],
            swiftSettings: strict),

        // MARK: The loop
        .target(
            name: "PollerEngine", dependencies: ["PollerModel", logging, serviceLifecycle],
            swiftSettings: strict),

        // MARK: Pages and API
        .target(
            name: "PollerWeb",
            dependencies: [
                "CDeflate", "PollerModel", "PollerSecrets", httpTypes, hummingbird, hummingbirdCore,
                logging,
                mustache, nioCore, nioHTTP1, nioHTTPTypes, serviceLifecycle,
            ],
            swiftSettings: strict),

        // MARK: The daemon and its command
        .executableTarget(
            name: "pollerd",
            dependencies: [
                "CSeal", "PollerDefinitions", "PollerEngine", "PollerHealth", "PollerModel",
                "PollerRRD",
                "PollerReach", "PollerSNMP", "PollerSecrets", "PollerWeb", argumentParser, logging,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "pollerctl",
            dependencies: ["PollerDefinitions", "PollerHealth", "PollerModel", argumentParser],
            swiftSettings: strict),

        // MARK: Simulated agents
        .target(
            name: "PollerSimulator", dependencies: ["PollerModel", nioCore, nioPosix],
            swiftSettings: strict),
        .executableTarget(
            name: "pollersim",
            dependencies: ["PollerModel", "PollerSimulator", argumentParser, unixSignals],
            swiftSettings: strict),

        // MARK: Measurements
        .target(
            name: "CBench", dependencies: ["CNetSNMP", "CRRD"], cSettings: strictC,
            linkerSettings: [.linkedLibrary("rrd")]),
        .executableTarget(
            name: "pollerbench",
            dependencies: [
                "CBench", "PollerDefinitions", "PollerEngine", "PollerModel", "PollerRRD",
                "PollerSNMP", argumentParser, logging,
            ],
            swiftSettings: strict),

        // MARK: Tests
        .target(
            name: "TestSupport", dependencies: ["PollerDefinitions", "PollerModel"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "SealProbe", dependencies: ["CSeal"], path: "Tests/SealProbe",
            swiftSettings: strict),
        .testTarget(
            name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "PollerDefinitions", "PollerModel", "PollerRRD", "PollerSimulator", "TestSupport",
                grdb, logging,
            ],
            exclude: ["browser.py", "hostile.py", "journey.py", "proxy.py"], swiftSettings: strict),
        .testTarget(
            name: "PollerModelTests", dependencies: ["PollerModel", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PollerDefinitionsTests",
            dependencies: ["PollerDefinitions", "PollerModel", "TestSupport", grdb],
            swiftSettings: strict),
        .testTarget(
            name: "PollerHealthTests",
            dependencies: [
                "PollerDefinitions", "PollerHealth", "PollerModel", "TestSupport", grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PollerEngineTests",
            dependencies: [
                "PollerDefinitions", "PollerEngine", "PollerModel", "PollerRRD", "PollerSNMP",
                "PollerSimulator", "TestSupport", logging,
            ],
            exclude: ["Recordings"],
            swiftSettings: strict),
        .testTarget(
            name: "PollerRRDTests",
            dependencies: [
                "CRRD", "PollerDefinitions", "PollerModel", "PollerRRD", "TestSupport", logging,
            ],
            exclude: ["Snapshots"], swiftSettings: strict),
        .testTarget(
            name: "PollerReachTests",
            dependencies: ["PollerEngine", "PollerModel", "PollerReach", "TestSupport", logging],
            swiftSettings: strict),
        .testTarget(
            name: "PollerSimulatorTests",
            dependencies: ["PollerModel", "PollerSimulator", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PollerSecretsTests",
            dependencies: ["PollerModel", "PollerSecrets", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PollerWebTests",
            dependencies: [
                "PollerDefinitions", "PollerModel", "PollerSecrets", "PollerWeb", "TestSupport",
                grdb, httpTypes, hummingbird, logging, nioCore, nioHTTPTypes, serviceLifecycle,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PollerSNMPTests",
            dependencies: [
                "PollerEngine", "PollerModel", "PollerSNMP", "PollerSimulator", "TestSupport",
                logging,
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
