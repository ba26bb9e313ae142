import Interchange

/// The folded terms that find a patient; search folds what people type in the same way.
enum PatientTerms {
    /// Every part of every name, the birth date, and each identifier's value.
    static func terms(of demographics: Demographics) -> [String] {
        var terms: [String] = []
        for name in demographics.names {
            for part in [name.family].compactMap({ $0 }) + name.given {
                terms.append(contentsOf: words(of: part))
            }
            if let text = name.text { terms.append(contentsOf: words(of: text)) }
        }
        if let birthDate = demographics.birthDate { terms.append(birthDate) }
        terms.append(contentsOf: demographics.identifiers.map { $0.value.lowercased() })
        return terms.filter { !$0.isEmpty }
    }

    /// The words of a text as it is searched: lower case, split at white space.
    static func words(of text: String) -> [String] {
        text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
