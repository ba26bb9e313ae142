package import CareRecord

extension ResourceHistory {
    /// The names of the heads of a facet of a part, ascending.
    package func headNames(_ facet: Facet, of part: Part) -> [HeadName] {
        heads(facet, of: part).map(\.name)
    }
}
