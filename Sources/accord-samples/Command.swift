import SamplePatients

/// What the command line asks for.
enum Command {
    case help
    case write(Order)
    /// The arguments make no sense, with the reason for the user.
    case refused(String)

    /// What to write, and where.
    struct Order {
        var seed: UInt64 = 1
        var site = SampleSite.practice
        var patients = 10
        var first = 0
        var bundleFolder: String?
        var valueFolder: String?
    }

    static let usage = """
        Usage: accord-samples [--seed N] [--site SITE] [--patients N] [--from I]
                              [--out DIR] [--values DIR]

          --seed N        what everything is drawn from (1)
          --site SITE     practice, hospital or nursing-home (practice)
          --patients N    how many patients, 0 to 999999 (10)
          --from I        the first patient's number, 0 to 999999 (0)
          --out DIR       write directory.json and patient-000000.json … here
          --values DIR    write every resource to a file of its own here

        Everything written is invented. The same arguments write the same bytes.
        """

    static func parse(_ arguments: [String]) -> Command {
        var order = Order()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { return .help }
            guard let value = rest.popFirst() else {
                return .refused("\(option) needs a value; see --help")
            }
            guard order.set(option, to: value) else {
                return .refused("\(option) \(value) is not understood; see --help")
            }
        }
        guard order.bundleFolder != nil || order.valueFolder != nil else {
            return .refused("nothing to write: give --out or --values; see --help")
        }
        return .write(order)
    }
}

extension Command.Order {
    /// Takes one option; false if the option or its value is unknown.
    mutating func set(_ option: String, to value: String) -> Bool {
        let counts = 0...999_999
        switch option {
        case "--seed":
            guard let number = UInt64(value) else { return false }
            seed = number
        case "--site":
            guard let named = SampleSite(rawValue: value) else { return false }
            site = named
        case "--patients":
            guard let number = Int(value), counts.contains(number) else { return false }
            patients = number
        case "--from":
            guard let number = Int(value), counts.contains(number) else { return false }
            first = number
        case "--out": bundleFolder = value
        case "--values": valueFolder = value
        default: return false
        }
        return true
    }
}
