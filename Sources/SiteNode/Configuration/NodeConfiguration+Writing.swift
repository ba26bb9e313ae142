extension NodeConfiguration {
    /// The text of a file that reads as this configuration: what has no default or differs from
    /// it, each key below its sentence.
    public var fileText: String {
        var text = "# Configuration of a site. accord.example.yaml explains every key.\n"
        var openSection: Substring?
        for key in ConfigurationTable.keys where key.texts(in: self) != key.defaultTexts {
            let parts = key.name.split(separator: ".")
            guard let name = parts.last else { continue }
            let section = parts.count > 1 ? parts.first : nil
            let indent = section == nil ? "" : "  "
            text += section == openSection && section != nil ? "" : "\n"
            if let section, section != openSection { text += "\(section):\n" }
            openSection = section
            text += "\(indent)# \(key.summary)\n\(indent)\(name): \(Self.written(key, self))\n"
        }
        return text
    }

    private static func written(
        _ key: ConfigurationKey, _ configuration: NodeConfiguration
    ) -> String {
        let texts = key.texts(in: configuration).map(quoted)
        return key.isList ? "[" + texts.joined(separator: ", ") + "]" : texts.joined()
    }

    /// Double-quoted style (YAML 1.2 §7.3.1), so that no text is taken for anything else.
    private static func quoted(_ text: String) -> String {
        // Scalar by scalar: a mark that combines with a quote makes it another `Character`.
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "\"" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
