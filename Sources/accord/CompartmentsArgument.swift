import ArgumentParser

/// Compartments as typed: names with commas or blanks between them, at least one.
struct CompartmentsArgument: ExpressibleByArgument, Equatable {
    /// The names in the order typed.
    let names: [String]

    init?(argument: String) {
        names = argument.split { $0 == "," || $0 == " " }.map(String.init)
        guard !names.isEmpty else { return nil }
    }

    var defaultValueDescription: String { names.joined(separator: ",") }
}
