import Foundation
import Testing

/// What a machine must allow for some tests. Where it does not, they are reported as not run.
enum Ability: String {
    /// File systems in files can be mounted.
    case loopDisk = "a file system of our own"
    /// Network namespaces can be made, with a firewall in each.
    case networkSpaces = "network namespaces"

    /// Tries it.
    ///
    /// - Returns: why the machine does not allow it, or nil.
    func refusal() async -> String? {
        guard geteuid() == 0 else { return "it needs root" }
        do {
            let folder = try TemporaryFolder()
            switch self {
            case .loopDisk:
                _ = try await LoopDisk(at: folder.path("trial/"), megabytes: 4, in: folder)
            case .networkSpaces:
                let spaces = try await CabledSpaces(in: folder)
                try await spaces.filter("# nothing", in: spaces.first)
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs a test only where the machine allows what it needs.
    static func needs(_ ability: Ability) -> Self {
        .enabled("not run, for want of \(ability.rawValue)") {
            guard let refusal = await ability.refusal() else { return true }
            print("not run, for want of \(ability.rawValue): \(refusal)")
            return false
        }
    }
}
