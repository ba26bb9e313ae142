import Testing

// Tests that start the built programs. One after the other: they measure times on machines with
// two cores, and a test that fails should not have been disturbed by another.
@Suite("Real daemons", .serialized)
enum Daemons {}
