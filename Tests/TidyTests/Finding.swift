/// One place in the tree that breaks a rule.
struct Finding: Equatable, CustomStringConvertible {
    /// The file, relative to the root of the tree.
    let path: String
    /// The line, from 1.
    let line: Int
    /// What is wrong there.
    let problem: String

    var description: String { "\(path):\(line): \(problem)" }
}
