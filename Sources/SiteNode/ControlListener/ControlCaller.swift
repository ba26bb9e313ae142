/// Who holds the other end of a control connection: at the time of connecting, per the kernel.
package struct ControlCaller: Sendable, Hashable {
    /// Process id.
    package let processID: Int32
    /// Effective user id.
    package let userID: UInt32
    /// Effective group id.
    package let groupID: UInt32

    /// Describes a caller.
    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }

    /// Whether the caller may use the socket at all: root, the service's own account, or one of
    /// those listed. What it may do there is decided by its access role.
    package func isAllowed(serviceUserID: UInt32, others: Set<UInt32> = []) -> Bool {
        userID == 0 || userID == serviceUserID || others.contains(userID)
    }
}
