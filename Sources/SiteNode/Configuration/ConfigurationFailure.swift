/// Everything that is wrong with a configuration, told at once.
public struct ConfigurationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// Where a value came from.
        public enum Place: Sendable, Hashable, CustomStringConvertible {
            /// A line of the file, from 1.
            case line(Int)
            /// The file as a whole.
            case file
            /// An environment variable.
            case variable(String)
            /// A flag of the command line.
            case flag

            public var description: String {
                switch self {
                case .line(let number): "line \(number)"
                case .file: "file"
                case .variable(let name): "environment \(name)"
                case .flag: "command line"
                }
            }
        }

        /// The dotted key, as far as one is concerned.
        public var key: String?
        /// Where the value came from.
        public var place: Place
        /// What is wrong; continues a sentence that begins with the key.
        public var problem: String
        /// What to do; one sentence.
        public var remedy: String

        /// Describes a problem.
        public init(key: String? = nil, place: Place, problem: String, remedy: String) {
            self.key = key
            self.place = place
            self.problem = problem
            self.remedy = remedy
        }

        public var description: String {
            "\(place): \(key.map { "`\($0)` " } ?? "")\(problem). \(remedy)"
        }
    }

    /// The file that was read.
    public var path: String
    /// What is wrong: the file's lines in order, then environment, flags, and what is missing.
    public var problems: [Problem]

    /// Describes a failure.
    public init(path: String, problems: [Problem]) {
        self.path = path
        self.problems = problems
    }

    /// The file on the first line, then one line for each problem.
    public var description: String {
        ([path + ":"] + problems.map { "  " + $0.description }).joined(separator: "\n")
    }
}
