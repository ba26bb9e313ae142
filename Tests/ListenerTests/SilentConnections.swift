import NIOCore
import NIOPosix
import PeerTransport

/// Holds `count` TCP connections open that say nothing, while `body` runs.
func withSilentConnections<Result>(
    _ count: Int, to endpoint: PeerEndpoint, body: () async throws -> Result
) async throws -> Result {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    var channels: [any Channel] = []
    for _ in 0..<count {
        channels.append(try await bootstrap.connect(host: endpoint.host, port: endpoint.port).get())
    }
    let result = try await body()
    for channel in channels { channel.close(promise: nil) }
    return result
}
