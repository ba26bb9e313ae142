import StrictJSON

/// Which medicines make a conflict urgent (`merge.md` §3.2, *urgent content*).
enum Medicines {
    static let atc: StaticString = "http://www.whocc.no/atc"

    /// Groups of the WHO's ATC classification (2024) whose interruption or doubling harms within a
    /// day: insulins, anticoagulants, steroids, opioids, anti-epileptics, Parkinson's medicines,
    /// clozapine; and those that are controlled in most countries: gabapentinoids,
    /// benzodiazepines, stimulants, medicines of opioid dependence, opioids against cough.
    static let criticalGroups = [
        "A10A", "B01A", "H02", "N02A", "N02BF", "N03", "N04", "N05AH02", "N05BA", "N05CD", "N05CF",
        "N06BA", "N07BC", "R05DA",
    ]

    /// Whether a medicine is controlled or time-critical. One without an ATC code counts as it:
    /// text is not parsed, and no other code is known here.
    static func isCritical(_ concept: JSONNode, in document: JSONDocument) -> Bool {
        var isKnown = false
        for coding in document.objects("coding", of: concept) {
            guard let system = document.member("system", of: coding),
                document.stringEquals(system, atc), let code = document.member("code", of: coding)
            else { continue }
            isKnown = true
            // A code of a whole group may mean a critical one of it.
            let text = document.string(code)?.uppercased() ?? ""
            if criticalGroups.contains(where: { text.hasPrefix($0) || $0.hasPrefix(text) }) {
                return true
            }
        }
        return !isKnown
    }
}
