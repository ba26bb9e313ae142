/// One key of the configuration and all that is known of it.
package struct ConfigurationKey: Sendable {
    /// Dotted name, such as `peer.listen`.
    package let name: String
    /// What people call the kind of value.
    package let typeName: String
    /// Whether the value is a list.
    package let isList: Bool
    /// One sentence for people.
    package let summary: String
    /// Whether the file must say it because no default is right.
    package let isRequired: Bool
    /// Whether a running node takes a new value over.
    package let changesAtRunTime: Bool

    private let reader: @Sendable ([String], inout NodeConfiguration) throws(ValueRefusal) -> Void
    private let writer: @Sendable (NodeConfiguration) -> [String]

    init<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<NodeConfiguration, Value> & Sendable,
        _ form: ConfigurationForm<Value>, _ summary: String, isRequired: Bool = false,
        changesAtRunTime: Bool = false
    ) {
        self.name = name
        typeName = form.name
        isList = form.isList
        self.summary = summary
        self.isRequired = isRequired
        self.changesAtRunTime = changesAtRunTime
        reader = { (texts: [String], configuration: inout NodeConfiguration) throws(ValueRefusal) in
            configuration[keyPath: path] = try form.read(texts)
        }
        writer = { form.write($0[keyPath: path]) }
    }

    /// The environment variable that overrides the file, such as `ACCORD_PEER_LISTEN`.
    package var variable: String {
        "ACCORD_" + name.uppercased().replacing(".", with: "_")
    }

    /// The default as the file would say it; nil for a key that has none.
    package var defaultTexts: [String]? {
        isRequired ? nil : texts(in: NodeConfiguration())
    }

    /// The value in a configuration as the file would say it: one text, or the items of a list.
    package func texts(in configuration: NodeConfiguration) -> [String] {
        writer(configuration)
    }

    /// Puts a value into a configuration.
    package func set(
        _ texts: [String], in configuration: inout NodeConfiguration
    ) throws(ValueRefusal) {
        try reader(texts, &configuration)
    }

    /// Puts the value of a flag or an environment variable into a configuration; the items of a
    /// list are separated by commas or spaces.
    package func set(
        commaSeparated text: String, in configuration: inout NodeConfiguration
    ) throws(ValueRefusal) {
        let items = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        try set(isList ? items : [text], in: &configuration)
    }
}
