import CareRecord
import Foundation
import RecordStore
import Signing
import Yams

/// Reads the file of clients: a YAML list under `clients`. What is unknown or wrong is an error, and
/// all errors are told at once.
struct FHIRClientsFile {
    typealias Problem = ConfigurationFailure.Problem

    private(set) var clients: [FHIRClient] = []
    private(set) var problems: [Problem] = []

    private static let keys = [
        "name", "token_sha256", "practitioner", "role", "source_system", "conflict_aware",
        "compartments",
    ]

    /// Reads a file that not everybody may read.
    ///
    /// - Throws: `ConfigurationFailure` with every problem that was found.
    static func read(path: String) throws(ConfigurationFailure) -> FHIRClients {
        guard let mode = mode(of: path) else {
            throw ConfigurationFailure(path: path, problems: [.missing])
        }
        guard mode & 0o007 == 0 else {
            throw ConfigurationFailure(path: path, problems: [.open])
        }
        let file = FHIRClientsFile(yaml: try ConfigurationFile.text(path: path))
        guard file.problems.isEmpty else {
            throw ConfigurationFailure(path: path, problems: file.problems)
        }
        return FHIRClients(file.clients)
    }

    /// Reads a file's text; nothing is thrown.
    init(yaml: String) {
        do {
            guard let root = try Yams.compose(yaml: yaml), case .mapping(let mapping) = root else {
                problems = [.noClients]
                return
            }
            var list: Node?
            for (name, value) in mapping {
                if name.string == "clients" {
                    list = value
                } else {
                    add(name, "is not a known key", "The file holds one list, `clients`.")
                }
            }
            guard case .sequence(let items)? = list else {
                problems.append(.noClients)
                return
            }
            for item in items { read(item) }
            if items.isEmpty { problems.append(.noClients) }
        } catch {
            problems = [.unreadable]
        }
    }

    private mutating func read(_ item: Node) {
        guard case .mapping(let mapping) = item else {
            return add(item, "is not a client", "Write its keys, such as `- name: Ward system`.")
        }
        let found = problems.count
        var texts: [String: String] = [:]
        var nodes: [String: Node] = [:]
        var compartments: Set<Compartment> = [.identity, .general]
        for (name, value) in mapping {
            let key = name.string ?? ""
            nodes[key] = value
            if key == "compartments" {
                compartments = read(compartments: value)
            } else if Self.keys.contains(key) {
                texts[key] = text(of: value, key, at: name)
            } else {
                let remedy = NearestName.of(key, among: Self.keys).map { "Did you mean `\($0)`?" }
                add(
                    name, "is not a known key",
                    remedy ?? "Remove it; docs/fhir.md lists every key.")
            }
        }
        for key in ["name", "token_sha256", "practitioner", "role"] where nodes[key] == nil {
            add(item, "lacks `\(key)`", "Add it: docs/fhir.md says what it means.")
        }
        guard let digest = digest(texts["token_sha256"], at: nodes["token_sha256"] ?? item),
            let isAware = flag(texts["conflict_aware"] ?? "false", item),
            problems.count == found
        else { return }
        let name = texts["name"] ?? ""
        let source = texts["source_system"] ?? name
        if clients.contains(where: {
            $0.sourceSystem == source && $0.access.compartments != compartments
        }) {
            add(
                nodes["source_system"] ?? item, "is the source of a client with other compartments",
                "Give each a source system of its own: what one stored, the other may read.")
        }
        if !compartments.contains(.identity) {
            add(
                nodes["compartments"] ?? item, "lacks the compartment `identity`",
                "Add it: without it no patient is known to whom a resource could belong.")
        }
        clients.append(
            FHIRClient(
                name: name, tokenDigest: digest, practitioner: texts["practitioner"] ?? "",
                role: texts["role"] ?? "", sourceSystem: source,
                access: AccessView(compartments: compartments, isConflictAware: isAware)))
    }

    private mutating func text(of value: Node, _ key: String, at name: Node) -> String {
        guard case .scalar(let scalar) = value, (1...200).contains(scalar.string.utf8.count),
            scalar.string.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            add(name, "is not one line of 1 to 200 bytes", "Write one short line.")
            return ""
        }
        if key == "name", clients.contains(where: { $0.name == scalar.string }) {
            add(name, "is the name of two clients", "Give each a name of its own.")
        }
        return scalar.string
    }

    private mutating func digest(_ text: String?, at node: Node) -> [UInt8]? {
        guard let text else { return nil }
        guard text.utf8.count == 64, let digest = Hexadecimal.bytes(text.utf8) else {
            add(
                node, "has a token that is no SHA-256",
                "Write the 64 lower-case digits that `sha256sum` prints of the token.")
            return nil
        }
        if clients.contains(where: { $0.tokenDigest == digest }) {
            add(node, "has another client's token", "Make a token for each client.")
        }
        return digest
    }

    private mutating func flag(_ text: String, _ item: Node) -> Bool? {
        if let flag = ["true": true, "false": false][text] { return flag }
        add(item, "has a `conflict_aware` that is neither true nor false", "Write `false`.")
        return nil
    }

    private mutating func read(compartments value: Node) -> Set<Compartment> {
        guard case .sequence(let sequence) = value else {
            add(value, "has no list of compartments", "Write such as `[identity, general]`.")
            return []
        }
        var found: Set<Compartment> = []
        for node in sequence {
            guard let compartment = Compartment(name: node.string ?? "") else {
                let names = Compartment.known.map(\.name).joined(separator: ", ")
                add(node, "names no compartment", "Write some of \(names).")
                continue
            }
            found.insert(compartment)
        }
        return found
    }

    private mutating func add(_ node: Node, _ problem: String, _ remedy: String) {
        let key = node.scalar.flatMap { Self.keys.contains($0.string) ? $0.string : nil }
        problems.append(
            Problem(
                key: key ?? "clients", place: node.mark.map { .line($0.line) } ?? .file,
                problem: problem, remedy: remedy))
    }

    private static func mode(of path: String) -> Int? {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return attributes[.posixPermissions] as? Int
        } catch {
            return nil
        }
    }
}

extension NodeConfiguration {
    /// Reads the file of FHIR clients, if the configuration opens their door, and keeps nothing of it.
    ///
    /// - Throws: `ConfigurationFailure` with every problem that was found.
    public func checkClientsFile() throws(ConfigurationFailure) {
        guard fhirListen != nil else { return }
        _ = try FHIRClientsFile.read(path: fhirClientsFile)
    }
}

extension ConfigurationFailure.Problem {
    fileprivate static let missing = Self(
        place: .file, problem: "cannot be read",
        remedy: "Check `fhir.clients_file`, and the rights of the folders above it.")
    fileprivate static let open = Self(
        place: .file, problem: "may be read by everybody on this machine",
        remedy: "Run `chmod 640` on it, and give it to the group of the service.")
    fileprivate static let noClients = Self(
        key: "clients", place: .file, problem: "is not a list of clients",
        remedy: "Write `clients:` and below it one client after the other; see docs/fhir.md.")
    fileprivate static let unreadable = Self(
        place: .file, problem: "is not YAML in UTF-8 of at most 1 MiB, or has a key twice",
        remedy: "Check indentation, quotes and colons.")
}
