extension NodeConfiguration {
    /// What a reload did.
    public struct Reload: Sendable, Hashable {
        /// The configuration to go on with.
        public var configuration: NodeConfiguration
        /// Dotted names of the keys whose new values are in it.
        public var applied: [String]
        /// Dotted names of the keys that keep their old values until the next start.
        public var postponed: [String]
    }

    /// Takes over from a newer reading what can change while the node runs.
    public func reloaded(from newer: NodeConfiguration) -> Reload {
        var reload = Reload(configuration: self, applied: [], postponed: [])
        for key in ConfigurationTable.keys {
            let texts = key.texts(in: newer)
            guard texts != key.texts(in: self) else { continue }
            guard key.changesAtRunTime else {
                reload.postponed.append(key.name)
                continue
            }
            do {
                try key.set(texts, in: &reload.configuration)
                reload.applied.append(key.name)
            } catch {
                preconditionFailure("\(key.name) does not read what it wrote")
            }
        }
        return reload
    }
}
