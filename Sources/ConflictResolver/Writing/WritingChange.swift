public import CareRecord

/// One change that a written resource comes to, before its event has a name.
public struct WritingChange: Sendable, Hashable {
    /// What is written.
    public let element: PartElement
    /// `create` of a part that is new, `assign` of a value, or `omit` of what was left out.
    public let operation: Operation
    /// What it says, as JSON; nothing of an `omit`, which alters nothing.
    public let value: [UInt8]
    /// The heads that it replaces, or that an `omit` is about, ascending: those that were shown to
    /// the writer, and no other.
    public let supersedes: [HeadName]
    /// Of an ending, the instructions that it was made in sight of; of an instruction, the endings;
    /// ascending.
    public let covers: [HeadName]

    init(
        _ element: PartElement, _ operation: Operation, _ value: [UInt8] = [],
        replacing heads: [HeadName] = [], inSightOf shown: [HeadName] = []
    ) {
        self.element = element
        self.operation = operation
        self.value = value
        supersedes = Set(heads).sorted()
        covers = Set(shown).sorted()
    }
}

extension ResourceHistory {
    /// A change of a written resource as it travels. A head whose dot is forked is named with its
    /// event, since a bare dot would end neither branch.
    public func change(of writing: WritingChange) -> Change {
        change(
            writing.operation, writing.element, replacing: writing.supersedes,
            inSightOf: writing.covers)
    }
}
