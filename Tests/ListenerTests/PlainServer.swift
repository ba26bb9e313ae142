import NIOCore
import NIOPosix
import PeerTransport
import Testing

/// Answers the first bytes of any connection with plain HTTP.
private final class PlainAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }
}

/// A server that does not speak TLS, while `body` runs.
func withPlainServer<Result>(_ body: (PeerEndpoint) async throws -> Result) async throws -> Result {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(PlainAnswer())
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let endpoint = try #require(PeerEndpoint(host: "127.0.0.1", port: port))
    do {
        let result = try await body(endpoint)
        try await server.close()
        return result
    } catch {
        try await server.close()
        throw error
    }
}
