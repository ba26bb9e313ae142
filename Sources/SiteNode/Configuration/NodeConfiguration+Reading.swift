extension NodeConfiguration {
    /// Reads a file and lets environment and flags override it.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - environment: the process's environment; `ACCORD_PEER_LISTEN` overrides `peer.listen`.
    ///   - flags: values by dotted key, as the command line gave them; they win.
    /// - Throws: `ConfigurationFailure` with every problem that was found.
    public static func read(
        path: String, environment: [String: String] = [:],
        flags: [(key: String, value: String)] = []
    ) throws(ConfigurationFailure) -> NodeConfiguration {
        let yaml = try ConfigurationFile.text(path: path)
        return try read(yaml: yaml, path: path, environment: environment, flags: flags)
    }

    /// Interprets a file's text; `path` is only for messages.
    public static func read(
        yaml: String, path: String, environment: [String: String] = [:],
        flags: [(key: String, value: String)] = []
    ) throws(ConfigurationFailure) -> NodeConfiguration {
        var reading = ConfigurationReading()
        reading.add(ConfigurationFile(yaml: yaml))
        reading.add(environment: environment)
        reading.add(flags: flags)
        return try reading.finish(path: path)
    }
}

/// A configuration on its way: later sources override earlier ones, problems are collected.
struct ConfigurationReading {
    typealias Problem = ConfigurationFailure.Problem

    private var configuration = NodeConfiguration()
    private var problems: [Problem] = []
    /// Names of the keys that some source gave, well or badly.
    private var mentioned: Set<String> = []
    private var places: [String: Problem.Place] = [:]

    mutating func add(_ file: ConfigurationFile) {
        problems += file.problems
        mentioned.formUnion(file.problems.compactMap(\.key))
        for entry in file.entries {
            apply(entry.key, at: .line(entry.line)) { key, next throws(ValueRefusal) in
                try key.set(entry.texts, in: &next)
            }
        }
        problems.sort { Self.line($0) < Self.line($1) }
    }

    /// Variables that are no key and near none belong to somebody else and are left alone.
    mutating func add(environment: [String: String]) {
        let variables = ConfigurationTable.keys.map(\.variable)
        let ours = environment.filter { $0.key.hasPrefix("ACCORD_") }.sorted { $0.key < $1.key }
        for (name, value) in ours {
            if let key = ConfigurationTable.keys.first(where: { $0.variable == name }) {
                apply(key, at: .variable(name)) { key, next throws(ValueRefusal) in
                    try key.set(commaSeparated: value, in: &next)
                }
            } else if let near = variables.first(where: { NearestName.distance(name, $0) <= 2 }) {
                problems.append(
                    Problem(
                        place: .variable(name), problem: "names no known key",
                        remedy: "Did you mean `\(near)`?"))
            }
        }
    }

    mutating func add(flags: [(key: String, value: String)]) {
        let names = ConfigurationTable.keys.map(\.name)
        for (name, value) in flags {
            guard let key = ConfigurationTable.key(name) else {
                let near = NearestName.of(name, among: names)
                problems.append(
                    Problem(
                        key: name, place: .flag, problem: "is not a known key",
                        remedy: near.map { "Did you mean `\($0)`?" } ?? "Leave it out."))
                continue
            }
            apply(key, at: .flag) { key, next throws(ValueRefusal) in
                try key.set(commaSeparated: value, in: &next)
            }
        }
    }

    /// Looks at what only all values together show.
    mutating func finish(path: String) throws(ConfigurationFailure) -> NodeConfiguration {
        for key in ConfigurationTable.keys where key.isRequired && !mentioned.contains(key.name) {
            problems.append(
                Problem(
                    key: key.name, place: .file, problem: "is missing and has no default",
                    remedy: "Add it: \(key.summary)"))
        }
        checkRetries()
        checkDirectories()
        checkClients()
        guard problems.isEmpty else {
            throw ConfigurationFailure(path: path, problems: problems)
        }
        return configuration
    }

    private mutating func checkRetries() {
        guard configuration.syncRetryMin > configuration.syncRetryMax else { return }
        problems.append(
            Problem(
                key: "sync.retry_min", place: places["sync.retry_min"] ?? .file,
                problem: "is longer than `sync.retry_max`",
                remedy: "Exchange the two, or make the first one shorter."))
    }

    /// A high-water file that is copied back together with the database reveals nothing.
    private mutating func checkDirectories() {
        let data = configuration.dataDirectory
        let highWater = configuration.highWaterDirectory
        guard highWater == data || highWater.hasPrefix(data + "/") else { return }
        problems.append(
            Problem(
                key: "high_water_directory", place: places["high_water_directory"] ?? .file,
                problem: "lies in `data_directory`",
                remedy: "Choose a folder outside of it, better on another disk."))
    }

    /// A door that lets nobody in is a mistake.
    private mutating func checkClients() {
        guard configuration.fhirListen != nil, configuration.fhirClientsFile.isEmpty else { return }
        problems.append(
            Problem(
                key: "fhir.listen", place: places["fhir.listen"] ?? .file,
                problem: "opens a door without clients",
                remedy: "Name their file in `fhir.clients_file`; docs/fhir.md says how to write it."
            ))
    }

    private mutating func apply(
        _ key: ConfigurationKey, at place: Problem.Place,
        _ set: (ConfigurationKey, inout NodeConfiguration) throws(ValueRefusal) -> Void
    ) {
        mentioned.insert(key.name)
        places[key.name] = place
        do {
            try set(key, &configuration)
        } catch {
            problems.append(
                Problem(
                    key: key.name, place: place, problem: error.problem, remedy: error.remedy))
        }
    }

    private static func line(_ problem: Problem) -> Int {
        guard case .line(let number) = problem.place else { return 0 }
        return number
    }
}
