import Foundation

/// Files as text.
enum TextFile {
    /// The whole file; what is not UTF-8 is replaced. Nothing, if there is no file.
    static func read(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
