import Foundation

/// The configuration file that `accord init` writes: only what differs from the defaults.
public struct ConfigurationDraft: Sendable {
    private let configuration: NodeConfiguration

    /// Describes a configuration.
    public init(_ configuration: NodeConfiguration) {
        self.configuration = configuration
    }

    /// Writes the file unless there is one; mode 0644, since it holds no secret.
    ///
    /// - Returns: whether it was written.
    public func writeIfAbsent(to path: String) throws -> Bool {
        guard !FileManager.default.fileExists(atPath: path) else { return false }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o644])
        else {
            throw NodeFailure(
                .cannotWrite, "The configuration \(path) cannot be written.",
                next: "Name another file with --config, or run this as root.")
        }
        return true
    }

    /// The file's text.
    var text: String {
        let fresh = NodeConfiguration()
        var lines = [
            "# Made by `accord init`. Every key is explained in the accord.example.yaml that comes",
            "# with the program; a key that is not here has its default.",
        ]
        var section = ""
        for key in ConfigurationTable.keys {
            let texts = key.texts(in: configuration)
            guard key.isRequired || texts != key.texts(in: fresh) else { continue }
            let parts = key.name.split(separator: ".").map(String.init)
            if parts.count == 2, parts[0] != section {
                section = parts[0]
                lines.append("\(section):")
            }
            let indent = parts.count == 2 ? "  " : ""
            let value =
                key.isList
                ? "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
                : Self.quoted(texts.first ?? "")
            lines.append("\(indent)\(parts[parts.count - 1]): \(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { character -> String in
            character == "\"" || character == "\\" ? "\\\(character)" : String(character)
        }
        return "\"\(String(escaped))\""
    }
}
