/// The table of all keys: the one list that reading, checking and the example file agree on.
package enum ConfigurationTable {
    /// Every key, in the order of the example file.
    package static let keys: [ConfigurationKey] = places + site + doors + work

    /// The key of a dotted name.
    package static func key(_ name: String) -> ConfigurationKey? {
        keys.first { $0.name == name }
    }

    /// The names that hold keys instead of values, such as `peer`.
    package static let sections: [String] = {
        var sections: [String] = []
        for key in keys {
            let parts = key.name.split(separator: ".")
            guard parts.count == 2, let section = parts.first.map(String.init) else { continue }
            if !sections.contains(section) { sections.append(section) }
        }
        return sections
    }()

    private static let places: [ConfigurationKey] = [
        ConfigurationKey(
            "data_directory", \.dataDirectory, .path(bytesMax: 1_024),
            "Folder of the site's database and keys, which the service alone may read."),
        ConfigurationKey(
            "high_water_directory", \.highWaterDirectory, .path(bytesMax: 1_024),
            "Folder of the high-water file that reveals a restored database."),
    ]

    private static let site: [ConfigurationKey] = [
        ConfigurationKey(
            "site.name", \.siteName, .text(bytesMax: 200, mayBeEmpty: false),
            "What other sites call this one.", isRequired: true),
        ConfigurationKey(
            "site.postal_address", \.sitePostalAddress, .text(bytesMax: 500, mayBeEmpty: true),
            "The site's address on one line, for reports of disclosures."),
    ]

    private static let doors: [ConfigurationKey] = [
        // A Unix socket's address holds 107 bytes, and four are kept for a temporary name.
        ConfigurationKey(
            "control.socket", \.controlSocket, .path(bytesMax: 103),
            "The socket at which the command line reaches the service."),
        ConfigurationKey(
            "peer.listen", \.peerListen, .listening,
            "Address and port at which peers' nodes connect."),
        ConfigurationKey(
            "peer.advertise", \.peerAdvertise, .addresses(countMax: 8),
            "Where peers reach this node from outside, the most wanted first."),
        ConfigurationKey(
            "peer.body_max", \.peerBodyBytesMax, .size((1 << 20)...(64 << 20)),
            "The largest body of one request or answer between nodes."),
        ConfigurationKey(
            "peer.connections_max", \.peerConnectionsMax, .count(1...1_024),
            "Connections of all peers together."),
        ConfigurationKey(
            "fhir.listen", \.fhirListen, .loopback,
            "Address and port of this machine at which clients speak FHIR; empty for none."),
        ConfigurationKey(
            "fhir.clients_file", \.fhirClientsFile, .path(bytesMax: 1_024, mayBeEmpty: true),
            "Which clients may speak FHIR, and with which tokens."),
        ConfigurationKey(
            "fhir.body_max", \.fhirBodyBytesMax, .size((1 << 20)...(64 << 20)),
            "The largest body of one FHIR request."),
        ConfigurationKey(
            "import.body_max", \.importBodyBytesMax, .size((1 << 20)...(1 << 30)),
            "The largest file that is taken in at once."),
    ]

    private static let work: [ConfigurationKey] = [
        ConfigurationKey(
            "audit.quorum", \.auditQuorum, .count(1...63),
            "How many witnesses must have cosigned the audit log before it counts as witnessed."),
        ConfigurationKey(
            "audit.witnesses", \.auditWitnesses, .witnesses(countMax: 8),
            "Witnesses that are no peers, each an https URL and a key."),
        ConfigurationKey(
            "audit.ca_file", \.auditCAFile, .path(bytesMax: 1_024, mayBeEmpty: true),
            "Authorities that certify those witnesses, in PEM; empty for the machine's."),
        // Six years are the least that 45 CFR 164.528(a) and 164.316(b)(2)(i) allow.
        ConfigurationKey(
            "audit.retention_years", \.auditRetentionYears,
            .count(NodeConfiguration.auditRetentionYearsMin...100),
            "How many years old entries of the audit log must be before they may be pruned."),
        ConfigurationKey(
            "sync.wait", \.syncWait, .duration(.seconds(1) ... .seconds(30)),
            "How long a request of an idle peer waits for news.", changesAtRunTime: true),
        ConfigurationKey(
            "sync.retry_min", \.syncRetryMin, .duration(.milliseconds(100) ... .seconds(60)),
            "The first delay after a failed attempt.", changesAtRunTime: true),
        ConfigurationKey(
            "sync.retry_max", \.syncRetryMax, .duration(.seconds(1) ... .seconds(3_600)),
            "The longest delay between attempts.", changesAtRunTime: true),
        ConfigurationKey(
            "log.level", \.logLevel, .level,
            "The least severe message that is logged.", changesAtRunTime: true),
    ]
}
