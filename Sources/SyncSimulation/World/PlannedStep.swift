/// One thing that somebody or something does to a world; its numbers mean what `Act` says.
public struct PlannedStep: Sendable, Hashable, CustomStringConvertible {
    /// How much time passes before, in milliseconds.
    public var pause: Int
    /// What is done.
    public var act: Act
    /// The node that it is done at.
    public var node: Int
    /// The other node, where there is one.
    public var peer: Int
    /// What else matters: a patient, a resource, an amount.
    public var value: Int
    /// And what else.
    public var detail: Int

    /// What can be done.
    public enum Act: String, Sendable, CaseIterable {
        // Importers. `value`: the patient.
        /// Registers the patient, or changes its Patient resource to version `detail`.
        case register
        /// Writes a version of a resource with a label; `detail` names resource, label and version.
        case write
        /// The same of urgent content.
        case urgent
        /// Writes that the organisation of `peer` serves an encounter; `detail` / 4: which one,
        /// `detail` % 4: open, ended long ago, ended lately, entered in error.
        case encounter
        /// Writes a care team with the organisation of `peer`, or one without it.
        case team
        /// Writes an organisation to the directory.
        case organisation
        /// Writes a version of a resource that is too long for an event; `detail` / 4: which one.
        case attach
        /// Writes many resources as one unit, so that they become a chain.
        case chain
        /// Imports the bytes of an earlier unit of this node again.
        case again

        // The privacy officer.
        /// Makes an agreement; `value`: the scope, `detail`: compartments and modes.
        case grant
        /// Withdraws; `value`: the patient, or none; `detail`: compartments.
        case withdraw
        /// Asks `peer` for a patient.
        case ask

        // The administrator.
        /// Pauses a peer, or lets it go on.
        case pause
        /// Caps the bytes a second, or lifts the cap.
        case cap
        /// Allows bulk at other hours only, or always.
        case window
        /// Tries everything in quarantine again.
        case retry

        // The network. From `node` to `peer`.
        /// Lets nothing through; `detail` 1: both ways.
        case cut
        /// Lets everything through again, both ways.
        case heal
        /// Loses, cuts, changes and doubles packets; `value` of a hundred.
        case spoil
        /// Makes packets take long; `value`: milliseconds.
        case slow
        /// Keeps packets on their way; `detail` 0: lets them go.
        case clog

        // Machines and clocks.
        /// Stops a node, or kills it if `value` is odd, and starts it after `value` milliseconds.
        case restart
        /// Cuts the power at the `value`-th write or sync of a node's store from then on, or at the
        /// -`value`-th sync; `detail` % 4: what the cut leaves, `detail` / 4: the write of the next start at which it goes again.
        case dark
        /// Leaves a node's disk `value` bytes; `detail` 1: as many as it wants.
        case full
        /// Lets a wall clock jump by `value` milliseconds.
        case jump
        /// Lets a wall clock stand still; `detail` 0: go on.
        case stand
        /// Sets a wall clock right; `detail` 1: an administrator confirms instead.
        case correct
        /// Days pass, and every session with them.
        case leap
        /// A node speaks other protocol versions.
        case version
        /// The node lies to `peer`; `detail`: how.
        case attack
    }

    /// One line, that `init(line:)` reads.
    public var description: String { "\(pause) \(act.rawValue) \(node) \(peer) \(value) \(detail)" }

    /// Describes a step.
    public init(
        pause: Int, _ act: Act, node: Int, peer: Int = 0, value: Int = 0, detail: Int = 0
    ) {
        self.pause = pause
        self.act = act
        self.node = node
        self.peer = peer
        self.value = value
        self.detail = detail
    }

    /// Reads a line; `nil` for anything that `description` does not write.
    public init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count == 6, let pause = Int(words[0]),
            let act = Act(rawValue: String(words[1])),
            let node = Int(words[2]), let peer = Int(words[3]), let value = Int(words[4]),
            let detail = Int(words[5])
        else { return nil }
        self.init(pause: pause, act, node: node, peer: peer, value: value, detail: detail)
    }
}
