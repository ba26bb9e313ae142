// swift-tools-version: 6.3
import PackageDescription

// Ranks and permitted imports are in docs/architecture.md; TidyTests checks them.

/// Settings that every Swift target of this package shares.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .define("MUTANTS", .when(traits: ["Mutants"])),
]

/// Settings of the C shims.
let cSettings: [CSetting] = [
    .enableWarning("all"),
    .enableWarning("extra"),
    .treatAllWarnings(as: .error),
]

/// The toolchain's own linker, which takes a tenth of the time of the system's.
let linker: LinkerSetting = .unsafeFlags(["-use-ld=lld"])

/// Settings of programs: nothing in them is looked up by name at run time, and what the loader has
/// to adjust takes little room in their memory.
let programSettings: [LinkerSetting] = [
    linker,
    .unsafeFlags(
        ["--no-export-dynamic", "-z", "pack-relative-relocs"].flatMap { ["-Xlinker", $0] },
        .when(configuration: .release)),
]

/// Leads a program's requests for the frames of asynchronous functions to `AsyncFrames`.
let wrapTaskMemory: LinkerSetting = .unsafeFlags(
    ["alloc", "dealloc", "dealloc_through"].flatMap {
        ["-Xlinker", "--wrap=swift_task_\($0)"]
    })

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: swiftSettings)
}

func executable(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target
{
    .executableTarget(
        name: name, dependencies: dependencies, path: path,
        swiftSettings: swiftSettings, linkerSettings: programSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [])
    -> Target
{
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude,
        swiftSettings: swiftSettings, linkerSettings: [linker])
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleSignals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "accord",
    products: [
        .executable(name: "accordd", targets: ["accordd"]),
        .executable(name: "accord", targets: ["accord"]),
    ],
    traits: [
        .trait(
            name: "Mutants",
            description: "Lets one of the wrong lines that scripts/mutants weaves in be chosen.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // Rank 0
        library("CareRecord"),
        library("StrictJSON"),
        library("Signing", ["CareRecord", crypto]),
        .target(
            name: "CZstd", exclude: ["dictionary-1.zdict"], cSettings: cSettings,
            linkerSettings: [.linkedLibrary("zstd")]),
        .target(
            name: "CCurl", cSettings: cSettings,
            linkerSettings: [
                .linkedLibrary("curl"), .linkedLibrary("ssl"), .linkedLibrary("crypto"),
            ]),
        .target(
            name: "CSimulatedDisk", cSettings: cSettings,
            linkerSettings: [.linkedLibrary("sqlite3")]),

        // Rank 1
        library("WireFormat", ["CareRecord", "Signing", "CZstd", protobuf]),
        library("AuditTrail", ["CareRecord", "Signing"], exclude: ["DESIGN.md"]),
        library("Consent", ["CareRecord"]),
        library("Interchange", ["CareRecord", "StrictJSON"]),
        library(
            "ConflictResolver", ["CareRecord", "StrictJSON", "Signing"], exclude: ["DESIGN.md"]),
        library("ControlProtocol"),
        library("SamplePatients"),
        library("MergeModel", ["CareRecord", "TestSupport"]),
        library("SimulationModel", ["CareRecord"]),
        library("SimulationSupport", ["CSimulatedDisk"]),

        // Rank 2
        library(
            "MergeComparison",
            ["CareRecord", "ConflictResolver", "MergeModel", "Signing", "TestSupport"]),
        library(
            "SyncEngine", ["CareRecord", "Consent", "WireFormat"], exclude: ["DESIGN.md"]),
        library(
            "RecordStore",
            [
                "CareRecord", "Signing", "StrictJSON", "WireFormat", "AuditTrail", "Consent",
                "Interchange", "ConflictResolver", grdb,
            ],
            exclude: ["DESIGN.md"], resources: [.embedInCode("Schema/record-0001.sql")]),

        // Rank 3
        library(
            "SyncShell",
            [
                "CareRecord", "Signing", "WireFormat", "AuditTrail", "SyncEngine", "RecordStore",
            ]),
        library("PeerTransport", ["CCurl", crypto, x509, asn1]),

        // Rank 4
        library(
            "SyncSimulation",
            [
                "CareRecord", "Signing", "WireFormat", "AuditTrail", "Consent", "Interchange",
                "SimulationModel", "SimulationSupport", "SyncEngine", "RecordStore", "SyncShell",
            ]),
        library(
            "SiteNode",
            [
                "CareRecord", "Signing", "StrictJSON", "WireFormat", "AuditTrail", "Consent",
                "Interchange", "ConflictResolver", "ControlProtocol", "SyncEngine", "RecordStore",
                "SyncShell",
                "PeerTransport", hummingbird, hummingbirdCore, nioCore, nioPosix, nioHTTP1, nioSSL,
                httpTypes,
                lifecycle, lifecycleSignals, yams, logging,
            ]),
        library("ControlClient", ["AuditTrail", "ControlProtocol", "PeerTransport"]),

        // Rank 5
        executable("accordd", ["SiteNode", arguments]),
        executable("accord", ["ControlClient", "ControlProtocol", arguments]),
        executable("accord-samples", ["SamplePatients"]),
        executable("accord-simulate", ["MergeComparison", "SyncSimulation", "AsyncFrames"]),
        executable(
            "accord-bench", path: "Benchmarks/AccordBench",
            ["CareRecord", "ConflictResolver", "SiteNode", arguments]),

        // Tests
        tests("TidyTests", ["ProgramSupport"]),
        tests("CareRecordTests", ["CareRecord", "TestSupport"]),
        tests("StrictJSONTests", ["StrictJSON", "TestSupport"]),
        tests("SigningTests", ["CareRecord", "Signing"]),
        tests("WireFormatTests", ["CareRecord", "Signing", "TestSupport", "WireFormat"]),
        tests("ProtocolTests", ["AuditTrail", "CareRecord", "Signing", "WireFormat"]),
        tests("ConsentTests", ["CareRecord", "Consent"]),
        tests(
            "ConflictResolverTests",
            [
                "CareRecord", "ConflictResolver", "MergeComparison", "MergeModel", "Signing",
                "StrictJSON", "TestSupport",
            ]),
        tests(
            "AuditTrailTests",
            ["AuditTrail", "CareRecord", "ProgramSupport", "Signing", "TestSupport"]
        ),
        tests("SyncEngineTests", ["CareRecord", "SyncEngine", "TestSupport", "WireFormat"]),
        tests(
            "SimulationTests", ["CareRecord", "SimulationModel", "SyncSimulation"],
            exclude: ["Regressions"]),
        tests(
            "RecordStoreTests",
            [
                "AuditTrail", "CareRecord", "ConflictResolver", "Consent", "Interchange",
                "RecordStore", "ProgramSupport", "SamplePatients", "Signing", "SimulationSupport",
                "StrictJSON",
                "SyncShell",
                "TestSupport", "WireFormat", grdb,
            ], exclude: ["Snapshots"]),
        tests(
            "SystemTests",
            ["accord", "accordd", "accord-samples", "ProgramSupport", "TestSupport"],
            exclude: ["Transcripts", "Witness"]),
        tests("InterchangeTests", ["CareRecord", "StrictJSON", "Interchange", "TestSupport"]),
        tests("SamplePatientsTests", ["SamplePatients"]),
        tests("ControlProtocolTests", ["AuditTrail", "ControlProtocol"]),
        tests(
            "AccordTests", ["accord", "ControlClient", "ControlProtocol", arguments],
            exclude: ["Snapshots"]),
        tests("ConfigurationTests", ["AuditTrail", "SiteNode"]),
        .target(
            name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
        .target(
            name: "ProgramSupport", path: "Tests/ProgramSupport", swiftSettings: swiftSettings),
        // Also compiled by scripts/support/async-frames, without LINKED.
        .target(
            name: "AsyncFrames", path: "Tests/AsyncFrames", publicHeadersPath: ".",
            cSettings: cSettings + [.define("LINKED")],
            linkerSettings: [wrapTaskMemory]),
        .target(
            name: "CertificateGallery",
            dependencies: [
                "PeerTransport", crypto, .product(name: "CryptoExtras", package: "swift-crypto"),
                x509, asn1,
            ], path: "Tests/CertificateGallery", swiftSettings: swiftSettings),
        tests(
            "PeerTransportTests",
            ["PeerTransport", "CertificateGallery", "CCurl", crypto, x509, asn1]),
        tests(
            "ListenerTests",
            [
                "AuditTrail", "CareRecord", "WireFormat", "RecordStore", "SiteNode",
                "PeerTransport",
                "CertificateGallery", "ProgramSupport", nioCore, nioPosix, nioSSL, lifecycle,
                httpTypes, logging,
            ]),
    ],
    cLanguageStandard: .c2x
)
