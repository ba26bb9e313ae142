import Glibc

/// The disk of a site's data, which can be full: a real one where the machine allows it, else a
/// preload by which every write fails as on a full disk.
final class FullDisk {
    private let disk: LoopDisk?
    private let plan: FaultPlan?

    /// Makes it; the site is to be made after it.
    init(of label: String, in folder: TemporaryFolder) async throws {
        if await Ability.loopDisk.refusal() == nil {
            disk = try await LoopDisk(
                at: folder.path + "/\(label)/data", megabytes: 32, in: folder)
            plan = nil
        } else {
            disk = nil
            plan = try await FaultPlan(
                below: folder.path + "/\(label)/data", in: folder, for: label)
        }
    }

    /// What the site's daemon needs in its environment.
    var settings: [String: String] { plan?.settings ?? [:] }

    /// Leaves no room.
    func fill() throws {
        try disk?.fill()
        try plan?.arm(.fail(ENOSPC), at: 1...Int.max, of: .write)
    }

    /// Makes room again.
    func makeRoom() throws {
        try disk?.makeRoom()
        try plan?.disarm()
    }
}
