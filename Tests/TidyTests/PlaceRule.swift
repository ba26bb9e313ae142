/// Finds absolute paths of somebody's machine in files that everybody receives.
enum PlaceRule {
    /// Folders of one machine or person. They are put together here so that this file does not
    /// contain what it looks for.
    static let folders = ["work", "root", "opt", "home", "Users", "mnt"].map { "/" + $0 + "/" }

    /// The lines of a file that name such a folder from the root of a file system.
    static func violations(path: String, bytes: [UInt8]) -> [Finding] {
        // A file with a zero byte is no text.
        guard !bytes.contains(0) else { return [] }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { index, line in
            folders.filter { contains(Array($0.utf8), in: Array(line)) }.map {
                Finding(path: path, line: index + 1, problem: "a path of one machine: \($0)…")
            }
        }
    }

    private static func contains(_ folder: [UInt8], in line: [UInt8]) -> Bool {
        guard line.count >= folder.count else { return false }
        return (0...(line.count - folder.count)).contains { start in
            guard line[start] == folder[0], line[start...].starts(with: folder) else {
                return false
            }
            // `/srv/home/` and `$dir/home/` are other places.
            guard start > 0 else { return true }
            let before = line[start - 1]
            return !TokenSearch.isWord(before) && !"./}-*".utf8.contains(before)
        }
    }
}
