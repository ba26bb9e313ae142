import CZstd
import Synchronization

/// How the content of a frame is packed (`record-v1.md`, *Frame*).
public enum FrameCodec: UInt8, Sendable, CaseIterable {
    /// As it is.
    case raw = 0
    /// Zstandard (RFC 8878) without a dictionary.
    case zstd = 1
    /// Zstandard with dictionary 1, which is part of the protocol.
    case zstdDictionary1 = 2
}

/// Why bytes are not a frame.
public enum FrameRefusal: String, Error, Sendable, CaseIterable {
    /// No codec byte or no length.
    case truncated
    /// A codec of a later version.
    case unknownCodec = "unknown-codec"
    /// The content would be larger than the place it stands in allows.
    case tooLarge = "too-large"
    /// The content does not unpack to exactly the length that was given.
    case damaged
}

/// Packs and unpacks frames; owns the compressor's working memory, so one for each worker.
///
/// A frame is the codec's byte, the length of the content as a varint, and the packed content.
///
/// `@unchecked Sendable`: both handles are made in `init`, freed in `deinit`, and used between only
/// while `inUse` is locked.
public final class FrameCoder: @unchecked Sendable {
    /// The level of stored events: written once, read and sent many times.
    static let level: Int32 = 3
    /// 2^23 bytes: the largest window that is unpacked (`security.md` §5).
    private static let windowLogMax: Int32 = 23

    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer
    private let inUse = Mutex<Void>(())

    /// Allocates the working memory.
    public init() {
        guard let compressor = ZSTD_createCCtx(), let decompressor = ZSTD_createDCtx() else {
            preconditionFailure("no memory for a compressor")
        }
        self.compressor = compressor
        self.decompressor = decompressor
        ZSTD_DCtx_setParameter(decompressor, ZSTD_d_windowLogMax, Self.windowLogMax)
    }

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// Packs `content`; falls back to `raw` where packing would make it larger.
    public func pack(_ content: [UInt8], codec: FrameCodec = .zstdDictionary1) -> [UInt8] {
        guard codec != .raw, !content.isEmpty else { return Self.rawFrame(content) }
        let bound = ZSTD_compressBound(content.count)
        var head: [UInt8] = [codec.rawValue]
        Varint.append(UInt32(content.count), to: &head)
        let frame = [UInt8](unsafeUninitializedCapacity: head.count + bound) { buffer, count in
            _ = buffer.update(from: head)
            let output = UnsafeMutableBufferPointer(rebasing: buffer[head.count...])
            let size = inUse.withLock { _ in compress(content, codec, output) }
            count = size.map { head.count + $0 } ?? 0
        }
        return frame.isEmpty || frame.count > content.count + head.count
            ? Self.rawFrame(content) : frame
    }

    /// Unpacks a frame whose content may have at most `contentBytesMax` bytes.
    public func unpack(
        _ frame: [UInt8], contentBytesMax: Int
    ) throws(FrameRefusal) -> [UInt8] {
        let result: Result<[UInt8], FrameRefusal> = frame.withUnsafeBufferPointer { bytes in
            var position = 1
            guard let code = bytes.first, let length = Varint.read(bytes, at: &position) else {
                return .failure(.truncated)
            }
            guard let codec = FrameCodec(rawValue: code) else { return .failure(.unknownCodec) }
            guard Int(length) <= contentBytesMax else { return .failure(.tooLarge) }
            let packed = UnsafeBufferPointer(rebasing: bytes[position...])
            let unpacked = inUse.withLock { _ in decompress(packed, codec, Int(length)) }
            guard let content = unpacked else {
                return .failure(.damaged)
            }
            return .success(content)
        }
        return try result.get()
    }

    private func compress(
        _ content: [UInt8], _ codec: FrameCodec, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        let size = content.withUnsafeBufferPointer { input in
            if codec == .zstdDictionary1 {
                ZSTD_compress_usingCDict(
                    compressor, output.baseAddress, output.count, input.baseAddress, input.count,
                    SharedDictionary.one.forCompression)
            } else {
                ZSTD_compressCCtx(
                    compressor, output.baseAddress, output.count, input.baseAddress, input.count,
                    Self.level)
            }
        }
        return ZSTD_isError(size) == 0 ? size : nil
    }

    private func decompress(
        _ packed: UnsafeBufferPointer<UInt8>, _ codec: FrameCodec, _ length: Int
    ) -> [UInt8]? {
        if codec == .raw {
            return packed.count == length ? Array(packed) : nil
        }
        let content = [UInt8](unsafeUninitializedCapacity: length) { output, count in
            let size =
                if codec == .zstdDictionary1 {
                    ZSTD_decompress_usingDDict(
                        decompressor, output.baseAddress, length, packed.baseAddress, packed.count,
                        SharedDictionary.one.forDecompression)
                } else {
                    ZSTD_decompressDCtx(
                        decompressor, output.baseAddress, length, packed.baseAddress, packed.count)
                }
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        return content.count == length && length > 0 ? content : nil
    }

    private static func rawFrame(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [FrameCodec.raw.rawValue]
        frame.reserveCapacity(content.count + 6)
        Varint.append(UInt32(content.count), to: &frame)
        frame.append(contentsOf: content)
        return frame
    }
}

/// The dictionary, prepared once for all coders.
///
/// `@unchecked Sendable`: both handles are made once, never changed and never freed, and zstd.h
/// promises that a CDict and a DDict may be used by several threads at once.
private final class SharedDictionary: @unchecked Sendable {
    static let one = SharedDictionary()

    let forCompression: OpaquePointer
    let forDecompression: OpaquePointer

    private init() {
        let start = accord_dictionary_1()
        let size = accord_dictionary_1_size()
        guard let compression = ZSTD_createCDict(start, size, FrameCoder.level),
            let decompression = ZSTD_createDDict(start, size)
        else {
            preconditionFailure("dictionary 1 cannot be loaded")
        }
        forCompression = compression
        forDecompression = decompression
    }
}
