/// Limits of the control socket, with their units.
package struct ControlListenerLimits: Sendable, Hashable {
    /// Limits of each connection; files are imported here, so a body may have 256 MiB.
    package var door: DoorLimits

    /// The defaults.
    package init() {
        door = DoorLimits()
        door.bodyBytesMax = 256 << 20
    }
}
