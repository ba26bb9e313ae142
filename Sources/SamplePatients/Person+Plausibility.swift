extension Person {
    /// Codes that fit women only.
    private static let female: Set<String> = ["254837009", "90226004"]

    /// Codes that fit women of up to 50 years only: pregnancy and contraception.
    private static let childbearing: Set<String> = [
        "72892002", "398254007", "19169002", "79586000", "424441002", "424619006", "252160004",
        "225158009", "275833003", "1000126", "751905", "807283",
    ]

    /// Codes that fit men only.
    private static let male: Set<String> = ["126906006", "399068003", "2857-1"]

    /// Long-term problems that a child may have; other long-term problems are for adults.
    private static let childhood: Set<String> = [
        "46635009", "195967001", "233678006", "84757009", "128613002", "446096008", "367498001",
        "24079001", "162864005", "271737000",
    ]

    /// Other codes for adults only.
    private static let adult: Set<String> = [
        "160903007", "160904001", "741062008", "224299000", "706893006", "399912005", "73761001",
        "254837009", "90226004",
    ]

    /// Codes for children only.
    private static let child: Set<String> = ["410620009", "233678006"]

    /// The terms that fit this person's sex and present age; never empty for the lists here.
    func plausible(_ terms: [Term]) -> [Term] {
        terms.filter(isPlausible)
    }

    /// Whether a term fits this person's sex and present age. Sets are only asked, never listed.
    func isPlausible(_ term: Term) -> Bool {
        let isChild = birth > CalendarTime.now.adding(days: -18 * 365)
        let isChildbearing =
            isFemale && !isChild && birth > CalendarTime.now.adding(days: -50 * 365)
        let code = term.code
        if (isFemale ? Self.male : Self.female).contains(code) { return false }
        if Self.childbearing.contains(code) { return isChildbearing }
        guard isChild else { return !Self.child.contains(code) }
        let isLongTerm = ProblemTerms.longTerm.contains { $0.code == code }
        return isLongTerm ? Self.childhood.contains(code) : !Self.adult.contains(code)
    }
}
