public import CareRecord

/// Asks for a piece of a blob.
public struct BlobRequest: Sendable, Hashable {
    /// SHA-256 over the whole blob, 32 bytes.
    public var sha256: [UInt8]
    /// From which byte.
    public var offset: UInt64
    /// The stream whose event refers to it; the permit is that stream's.
    public var stream: StreamID

    /// Creates a message from its parts.
    public init(sha256: [UInt8], offset: UInt64, stream: StreamID) {
        self.sha256 = sha256
        self.offset = offset
        self.stream = stream
    }
}

/// A piece of a blob.
public struct BlobChunk: Sendable, Hashable {
    /// SHA-256 over the whole blob, 32 bytes.
    public var sha256: [UInt8]
    /// From which byte.
    public var offset: UInt64
    /// The length of the whole blob; 0 if it is not held here or not shared with the asker.
    public var totalBytes: UInt64
    /// At most `SyncLimits.blobChunkBytesMax`.
    public var content: [UInt8]

    /// Creates a message from its parts.
    public init(sha256: [UInt8], offset: UInt64, totalBytes: UInt64, content: [UInt8]) {
        self.sha256 = sha256
        self.offset = offset
        self.totalBytes = totalBytes
        self.content = content
    }
}
