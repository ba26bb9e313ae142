import ArgumentParser

/// A number of bytes as typed: `65536`, `64KiB` or `4MiB`.
struct ByteSizeArgument: ExpressibleByArgument, Equatable {
    /// The number, at least 1.
    let bytes: Int

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isWholeNumber }
        let units = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let number = Int(digits), number > 0,
            let unit = units[String(argument[digits.endIndex...])]
        else { return nil }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit)
        guard !isTooLarge else { return nil }
        bytes = product
    }
}
