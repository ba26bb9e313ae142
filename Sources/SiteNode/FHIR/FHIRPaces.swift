import Synchronization

/// How often each client asks, and how often an address asks with an unknown token (`security.md` §5).
final class FHIRPaces: Sendable {
    /// Requests of one client a second; more wait for their turn.
    private static let perSecond = 50
    /// Attempts of one address a minute without a wait.
    private static let attemptsPerMinute = 5
    /// The longest wait after an attempt: longer ones would only fill the door with connections.
    private static let attemptWaitMax: Duration = .seconds(2)
    /// Addresses that are told apart at a time.
    private static let addressesMax = 256

    private let began = ContinuousClock.now
    private let clients = Mutex<[String: RequestPace]>([:])
    private let attempts = Mutex<[String: RequestPace]>([:])

    /// Waits for the client's turn; a request that is given up is answered at once.
    func wait(for client: String) async {
        let now = ContinuousClock.now - began
        let fresh = RequestPace(perSecond: Self.perSecond, burst: Self.perSecond * 2)
        await Self.sleep(clients.withLock { $0[client, default: fresh].take(at: now) })
    }

    /// Waits before an unknown token is refused, once its address has tried several.
    func waitAfterRefusal(at address: String) async {
        let now = ContinuousClock.now - began
        let fresh = RequestPace(
            every: .seconds(60) / Self.attemptsPerMinute, burst: Self.attemptsPerMinute)
        let wait = attempts.withLock { attempts in
            if attempts.count >= Self.addressesMax {
                attempts = attempts.filter { !$0.value.isRested(at: now) }
            }
            return attempts[address, default: fresh].take(at: now)
        }
        await Self.sleep(min(wait, Self.attemptWaitMax))
    }

    private static func sleep(_ duration: Duration) async {
        guard duration > .zero else { return }
        do {
            try await Task.sleep(for: duration)
        } catch {
            return
        }
    }
}
