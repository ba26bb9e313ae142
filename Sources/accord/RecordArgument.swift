import ArgumentParser
import ControlClient

/// An id from the record, as typed.
struct RecordArgument: ExpressibleByArgument, Equatable {
    /// The UUID in lower case.
    let id: String

    init?(argument: String) {
        guard PeerTyping.isRecordID(argument) else { return nil }
        id = argument.lowercased()
    }
}
