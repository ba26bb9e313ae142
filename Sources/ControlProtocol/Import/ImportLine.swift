/// One line of the answer to an import, which is sent while the import runs.
///
/// A line is a JSON object with exactly one member, whose name is the kind of the line. The last
/// line is `summary` or `failure`; an answer without either was cut off.
public enum ImportLine: Codable, Sendable, Hashable {
    /// A unit that was refused; the others are only counted.
    case unit(UnitReport)
    /// How far the import is; sent from time to time.
    case progress(ImportProgress)
    /// The end of an import that looked at the whole file.
    case summary(ImportSummary)
    /// The end of an import that had to stop, after the status line was already sent.
    case failure(ControlFailure)

    private enum CodingKeys: String, CodingKey {
        case unit
        case progress
        case summary
        case failure
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        guard members.allKeys.count == 1, let kind = members.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not one known member"))
        }
        switch kind {
        case .unit: self = .unit(try members.decode(UnitReport.self, forKey: kind))
        case .progress: self = .progress(try members.decode(ImportProgress.self, forKey: kind))
        case .summary: self = .summary(try members.decode(ImportSummary.self, forKey: kind))
        case .failure: self = .failure(try members.decode(ControlFailure.self, forKey: kind))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .unit(let value): try members.encode(value, forKey: .unit)
        case .progress(let value): try members.encode(value, forKey: .progress)
        case .summary(let value): try members.encode(value, forKey: .summary)
        case .failure(let value): try members.encode(value, forKey: .failure)
        }
    }
}
