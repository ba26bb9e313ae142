import CareRecord

extension ResourceHistory {
    /// What is computed beside the resource (`merge.md` §10): a Provenance for each event that is a
    /// head of something shown, and for each open conflict a DetectedIssue and a Task, of class U
    /// also a Flag if the resource has a subject that nobody disputes.
    ///
    /// Equal changes and times give equal bytes, in whatever order the changes came. It costs two or
    /// three projections.
    ///
    /// - Parameters:
    ///   - view: this history's.
    ///   - firstShown: when this node first could show a conflict, in milliseconds since 1970 UTC;
    ///     `nil` if unknown: nothing then says since when it is open, nor until when it may be.
    /// - Returns: by kind, then ascending by id; no id twice.
    public func companions(
        of view: ResourceView, firstShown: (Conflict) -> Int64? = { _ in nil }
    ) -> [Companion] {
        let projector = ResourceProjector(
            view, SiblingExtension { name in changes[name].map { ProjectedWriting($0) } })
        let provenances = ProvenanceWriter(self, view, ShownFacets(self, view, projector))
        let ids = provenances.ids()
        let writer = ConflictCompanions(
            view: view, responsibility: responsibility, subject: CompanionSubject(of: view),
            provenances: ids)
        let open = view.conflicts.flatMap { conflict in
            writer.companions(of: conflict, firstShown: firstShown(conflict))
        }
        return (provenances.companions(ids) + open).sorted()
    }
}
