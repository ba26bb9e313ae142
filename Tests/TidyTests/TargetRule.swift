/// What one target may see.
struct TargetRule {
    /// The target's height: its own imports stand lower.
    let rank: Int
    /// Targets of this package; the manifest must name exactly these.
    let own: [String]
    /// Products of other packages; the manifest must name exactly these.
    let products: [String]
    /// Modules that need no line in the manifest: the toolchain's, and those behind a product.
    let besides: [String]
    /// The folder of the sources; `nil` stands for `Sources/<target>`.
    let folder: String?
    /// Whether every target and product may be seen, as in benchmarks.
    let seesEverything: Bool

    init(
        _ rank: Int, own: [String] = [], products: [String] = [], besides: [String] = [],
        folder: String? = nil, seesEverything: Bool = false
    ) {
        self.rank = rank
        self.own = own
        self.products = products
        self.besides = besides
        self.folder = folder
        self.seesEverything = seesEverything
    }

    /// Whether `import module` may stand in the target's files.
    func allows(_ module: String) -> Bool {
        seesEverything || own.contains(module) || products.contains(module)
            || besides.contains(module)
    }
}

/// The table of `docs/architecture.md`: who may import what.
enum RankTable {
    /// Target → rule. A change here is a change of the architecture and is reviewed as one.
    static let rules: [String: TargetRule] = [
        "CareRecord": TargetRule(0),
        "StrictJSON": TargetRule(0),
        "Signing": TargetRule(0, own: ["CareRecord"], products: ["Crypto"]),
        "CZstd": TargetRule(0),
        "CCurl": TargetRule(0),
        "CSimulatedDisk": TargetRule(0),

        "WireFormat": TargetRule(
            1, own: ["CareRecord", "Signing", "CZstd"], products: ["SwiftProtobuf"],
            besides: ["Foundation", "Synchronization"]),
        "AuditTrail": TargetRule(1, own: ["CareRecord", "Signing"]),
        "Consent": TargetRule(1, own: ["CareRecord"]),
        "Interchange": TargetRule(1, own: ["CareRecord", "StrictJSON"]),
        "ConflictResolver": TargetRule(1, own: ["CareRecord", "StrictJSON", "Signing"]),
        "ControlProtocol": TargetRule(1, besides: ["Foundation"]),
        "SamplePatients": TargetRule(1),
        // A second opinion on the resolver: of what the resolver is made of it sees only this.
        "MergeModel": TargetRule(1, own: ["CareRecord", "TestSupport"]),
        "SimulationModel": TargetRule(1, own: ["CareRecord"]),
        "SimulationSupport": TargetRule(1, own: ["CSimulatedDisk"]),

        "MergeComparison": TargetRule(
            2, own: ["CareRecord", "ConflictResolver", "MergeModel", "Signing", "TestSupport"]),
        "SyncEngine": TargetRule(2, own: ["CareRecord", "Consent", "WireFormat"]),
        "RecordStore": TargetRule(
            2,
            own: [
                "CareRecord", "Signing", "StrictJSON", "WireFormat", "AuditTrail", "Consent",
                "Interchange", "ConflictResolver",
            ],
            products: ["GRDB"], besides: ["GRDBSQLite", "Foundation", "Synchronization"]),

        "SyncShell": TargetRule(
            3,
            own: ["CareRecord", "Signing", "WireFormat", "AuditTrail", "SyncEngine", "RecordStore"]
        ),
        "PeerTransport": TargetRule(
            3, own: ["CCurl"], products: ["Crypto", "X509", "SwiftASN1"],
            besides: ["Foundation", "FoundationEssentials", "Glibc", "Synchronization"]),

        "SyncSimulation": TargetRule(
            4,
            own: [
                "CareRecord", "Signing", "WireFormat", "AuditTrail", "Consent", "Interchange",
                "SimulationModel", "SimulationSupport", "SyncEngine", "RecordStore", "SyncShell",
            ], besides: ["Foundation", "Synchronization"]),
        "SiteNode": TargetRule(
            4,
            own: [
                "CareRecord", "Signing", "StrictJSON", "WireFormat", "AuditTrail", "Consent",
                "Interchange", "ConflictResolver", "ControlProtocol", "SyncEngine",
                "RecordStore", "SyncShell", "PeerTransport",
            ],
            products: [
                "Hummingbird", "HummingbirdCore", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL",
                "HTTPTypes", "ServiceLifecycle", "UnixSignals", "Yams", "Logging",
            ],
            besides: ["Foundation", "Synchronization", "Glibc"]),
        "ControlClient": TargetRule(
            4, own: ["AuditTrail", "ControlProtocol", "PeerTransport"],
            besides: ["Foundation", "Glibc"]),

        "accordd": TargetRule(
            5, own: ["SiteNode"], products: ["ArgumentParser"], besides: ["Glibc"]),
        "accord": TargetRule(
            5, own: ["ControlClient", "ControlProtocol"], products: ["ArgumentParser"]),
        "accord-samples": TargetRule(5, own: ["SamplePatients"], besides: ["Foundation"]),
        "accord-simulate": TargetRule(
            5, own: ["MergeComparison", "SyncSimulation", "AsyncFrames"], besides: ["Foundation"]),
        "accord-bench": TargetRule(
            5, folder: "Benchmarks/AccordBench", seesEverything: true),

        "TestSupport": TargetRule(0, folder: "Tests/TestSupport"),
        "AsyncFrames": TargetRule(0, folder: "Tests/AsyncFrames"),
    ]

    /// Pairs of one rank of which the first may import the second: ids are hashes, and what is
    /// hashed is declared in `CareRecord`.
    static let sameRank = [["Signing", "CareRecord"]]

    /// The target that a file belongs to, with its rule.
    static func target(
        of path: String, rules: [String: TargetRule] = Self.rules
    ) -> (name: String, rule: TargetRule)? {
        for (name, rule) in rules where path.hasPrefix((rule.folder ?? "Sources/" + name) + "/") {
            return (name, rule)
        }
        return nil
    }

    /// Arrows of the table that do not point down.
    static func upwardArrows(in rules: [String: TargetRule]) -> [String] {
        rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            rule.own.filter { other in
                guard let lower = rules[other] else { return true }
                return lower.rank >= rule.rank && !sameRank.contains([name, other])
            }
            .map { "\(name) → \($0)" }
        }
    }
}
