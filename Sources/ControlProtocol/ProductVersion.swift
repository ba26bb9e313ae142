/// The version of this build.
public enum ProductVersion {
    /// Semantic version; what `accord --version`, `NodeStatus` and audit entries say.
    public static let text = "0.1.0-dev"
}
