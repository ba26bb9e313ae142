/// What is to happen in a world: its nodes, who is enrolled with whom, and steps. What no plan says
/// is drawn from the seed while the world runs.
public struct WorldPlan: Sendable, Hashable {
    /// The seed of everything.
    public var seed: UInt64
    /// What each node's wall clock shows beyond the true time, in milliseconds.
    public var clockOffsets: [Int]
    /// How much faster each node's wall clock runs, in parts of a million.
    public var clockDrifts: [Int]
    /// Who is enrolled with whom.
    public var links: [Link]
    /// Of each patient, the node that registers it.
    public var patientHomes: [Int]
    /// Whether awkward choices are made wherever correctness must not depend on them.
    public var isAwkward: Bool
    /// What is done, in order.
    public var steps: [PlannedStep]

    /// Two nodes that are enrolled with each other.
    public struct Link: Sendable, Hashable {
        /// One node.
        public var first: Int
        /// The other.
        public var second: Int
        /// Whether the first may dial the second.
        public var firstDials: Bool
        /// Whether the second may dial the first.
        public var secondDials: Bool
    }

    /// How many nodes there are.
    public var nodes: Int { clockOffsets.count }
}

extension WorldPlan: CustomStringConvertible {
    /// Lines that `init(text:)` reads.
    public var description: String {
        var lines = ["seed \(seed)", "awkward \(isAwkward ? 1 : 0)"]
        lines += zip(clockOffsets, clockDrifts).map { "node \($0) \($1)" }
        lines += links.map {
            "link \($0.first) \($0.second) \($0.firstDials ? 1 : 0) \($0.secondDials ? 1 : 0)"
        }
        lines += patientHomes.map { "patient \($0)" }
        lines += steps.map { "step \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads a plan; `nil` for anything that `description` does not write, but for lines that are
    /// empty or begin with `#`.
    public init?(text: String) {
        self.init(
            seed: 0, clockOffsets: [], clockDrifts: [], links: [], patientHomes: [],
            isAwkward: false, steps: [])
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.firstIndex(of: " ") else { return nil }
            guard take(line[..<space], line[line.index(after: space)...]) else { return nil }
        }
        let places = clockOffsets.indices
        let isSound =
            links.allSatisfy { places.contains($0.first) && places.contains($0.second) }
            && steps.allSatisfy { places.contains($0.node) && places.contains($0.peer) }
            && patientHomes.allSatisfy(places.contains)
        guard isSound else { return nil }
    }

    private mutating func take(_ word: Substring, _ rest: Substring) -> Bool {
        if word == "step" {
            guard let step = PlannedStep(line: rest) else { return false }
            steps.append(step)
            return true
        }
        let numbers = rest.split(separator: " ").compactMap { Int($0) }
        switch (word, numbers.count) {
        case ("seed", 1): seed = UInt64(numbers[0])
        case ("awkward", 1): isAwkward = numbers[0] == 1
        case ("node", 2):
            clockOffsets.append(numbers[0])
            clockDrifts.append(numbers[1])
        case ("link", 4):
            links.append(
                Link(
                    first: numbers[0], second: numbers[1], firstDials: numbers[2] == 1,
                    secondDials: numbers[3] == 1))
        case ("patient", 1): patientHomes.append(numbers[0])
        default: return false
        }
        return true
    }
}
