import ArgumentParser

/// The number of an item in quarantine, as typed.
struct ItemArgument: ExpressibleByArgument, Equatable {
    /// The number, at least 1.
    let number: Int

    init?(argument: String) {
        guard let number = Int(argument), number > 0 else { return nil }
        self.number = number
    }
}
