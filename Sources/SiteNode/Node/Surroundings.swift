import ControlProtocol
import Foundation

/// What the process finds around it.
public enum Surroundings {
    /// The environment.
    public static var environment: [String: String] { ProcessInfo.processInfo.environment }
}

/// The version of the service.
public enum DaemonVersion {
    /// Semantic version.
    public static var text: String { ProductVersion.text }
}
