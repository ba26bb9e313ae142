/// Which stream a resource belongs to, as far as its file tells.
public enum HomeDraft: Sendable, Hashable {
    /// The record of the patient that is this entry of the unit, counted in `ImportUnit.entries`;
    /// a Patient's own home is itself.
    case patientEntry(Int)
    /// The record of a patient outside the unit. What cannot be resolved to a patient must be
    /// refused, never put elsewhere.
    case patientReference(ReferenceDraft)
    /// The stream of what these references name, of which at least one lies outside the unit; in
    /// document order, never empty. Among several streams of one patient the most sensitive counts,
    /// the draft's own compartment included, and identity does not; if none belongs to a patient it
    /// is the site's local stream. For a DELETE it is the one resource that is to be retracted.
    case alongside([ReferenceDraft])
    /// The site's directory.
    case directory
    /// What never leaves the site.
    case local
}
