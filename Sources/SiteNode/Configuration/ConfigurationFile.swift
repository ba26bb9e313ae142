import Foundation
import Yams

/// A configuration file as text: dotted keys with their texts and lines, not yet interpreted.
struct ConfigurationFile {
    /// One key with its value.
    struct Entry {
        let key: ConfigurationKey
        let texts: [String]
        let line: Int
    }

    typealias Problem = ConfigurationFailure.Problem

    /// Largest file that is read, in bytes.
    static let bytesMax = 1 << 20

    private(set) var entries: [Entry] = []
    private(set) var problems: [Problem] = []

    /// Reads a file's text. What is wrong is collected in `problems`; nothing is thrown.
    init(yaml: String) {
        do {
            guard let root = try Yams.compose(yaml: yaml) else { return }
            guard case .mapping(let mapping) = root else {
                problems.append(.notSections(line: Self.line(root)))
                return
            }
            for (name, value) in mapping { read(name, value, section: nil) }
        } catch let error as YamlError {
            problems.append(Self.problem(error))
        } catch {
            problems.append(.unreadable(line: nil))
        }
    }

    /// Reads a file.
    ///
    /// - Throws: `ConfigurationFailure` if it is missing, too large, or not UTF-8.
    static func text(path: String) throws(ConfigurationFailure) -> String {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { handle.closeFile() }
            data = try handle.read(upToCount: bytesMax + 1) ?? Data()
        } catch {
            throw ConfigurationFailure(path: path, problems: [.cannotRead])
        }
        guard data.count <= bytesMax, let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationFailure(path: path, problems: [.unreadable(line: nil)])
        }
        return text
    }

    private mutating func read(_ name: Node, _ value: Node, section: String?) {
        let line = Self.line(name)
        guard case .scalar(let scalar) = name else {
            problems.append(.notSections(line: line))
            return
        }
        let dotted = section.map { "\($0).\(scalar.string)" } ?? scalar.string
        if section == nil, ConfigurationTable.sections.contains(dotted) {
            readSection(dotted, value, line: line)
        } else if let key = ConfigurationTable.key(dotted), section != nil || !dotted.contains(".")
        {
            readValue(of: key, value, line: line)
        } else {
            problems.append(.unknown(dotted, line: line))
        }
    }

    private mutating func readSection(_ section: String, _ value: Node, line: Int) {
        switch value {
        case .mapping(let mapping):
            for (name, value) in mapping { read(name, value, section: section) }
        case .scalar(let scalar) where Self.isNull(scalar):
            break
        default:
            problems.append(
                Problem(
                    key: section, place: .line(line), problem: "is a section, not a value",
                    remedy: "Put its keys below it, indented by two spaces."))
        }
    }

    private mutating func readValue(of key: ConfigurationKey, _ value: Node, line: Int) {
        switch value {
        case .scalar(let scalar) where Self.isNull(scalar):
            problems.append(
                Problem(
                    key: key.name, place: .line(line), problem: "has no value",
                    remedy: "Write a value (\(key.typeName)) or remove the line."))
        case .scalar(let scalar) where !key.isList:
            entries.append(Entry(key: key, texts: [scalar.string], line: line))
        case .sequence(let sequence) where key.isList:
            let texts = sequence.compactMap { node -> String? in
                guard case .scalar(let scalar) = node else { return nil }
                return scalar.string
            }
            guard texts.count == sequence.count else { fallthrough }
            entries.append(Entry(key: key, texts: texts, line: line))
        default:
            problems.append(
                Problem(
                    key: key.name, place: .line(line), problem: "has a value of another kind",
                    remedy: key.isList
                        ? "Write a list (\(key.typeName)), such as `[]`."
                        : "Write one value (\(key.typeName))."))
        }
    }

    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

    private static func problem(_ error: YamlError) -> Problem {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            .unreadable(line: mark.line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            Problem(
                key: duplicates.sorted().joined(separator: "`, `"),
                place: .line(context.mark.line), problem: "stands twice in this section",
                remedy: "Keep one of them.")
        default: .unreadable(line: nil)
        }
    }
}

extension ConfigurationFailure.Problem {
    fileprivate static let cannotRead = Self(
        place: .file, problem: "cannot be read",
        remedy: "Check the path and its rights; `accord init` makes a new site's file.")

    fileprivate static func unreadable(line: Int?) -> Self {
        Self(
            place: line.map { .line($0) } ?? .file,
            problem: "is not YAML in UTF-8 of at most 1 MiB",
            remedy: "Check indentation, quotes and colons there.")
    }

    fileprivate static func notSections(line: Int) -> Self {
        Self(
            place: .line(line), problem: "is not a list of keys and values",
            remedy: "Write `key: value` on lines of their own.")
    }

    fileprivate static func unknown(_ name: String, line: Int) -> Self {
        let known = ConfigurationTable.keys.map(\.name) + ConfigurationTable.sections
        let remedy =
            NearestName.of(name, among: known).map { "Did you mean `\($0)`?" }
            ?? "Remove it; config/accord.example.yaml lists every key."
        return Self(key: name, place: .line(line), problem: "is not a known key", remedy: remedy)
    }
}
