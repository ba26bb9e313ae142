/// The kind of organisation whose record system a sample imitates.
///
/// Raw values are stable: they appear on command lines and in file names.
public enum SampleSite: String, CaseIterable, Sendable {
    /// A general practice: UK Core profiles more often than not.
    case practice
    /// A hospital: US Core profiles and claims more often than not.
    case hospital
    /// A nursing home: mostly plain R4 without profiles.
    case nursingHome = "nursing-home"
}

extension SampleSite {
    /// The site's part of a generator's seed.
    var seedPart: UInt64 {
        switch self {
        case .practice: 1
        case .hospital: 2
        case .nursingHome: 3
        }
    }

    /// The letter that begins the site's record numbers and organisation codes.
    var letter: String {
        switch self {
        case .practice: "P"
        case .hospital: "H"
        case .nursingHome: "N"
        }
    }

    /// The assigning authority of the site's medical record numbers.
    var recordNumberSystem: String {
        "https://\(rawValue).sample.example/mrn"
    }
}
