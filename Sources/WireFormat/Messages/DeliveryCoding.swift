import CareRecord
import Foundation
import SwiftProtobuf

extension WireDeliver {
    init(_ deliver: Deliver) {
        self.init()
        number = deliver.number
        afterPosition = deliver.afterPosition
        throughPosition = deliver.throughPosition
        lane = UInt32(deliver.lane.rawValue)
        events = deliver.events.map(WireEnvelope.init)
    }

    func deliver() throws(DecodingFailure) -> Deliver {
        guard events.count <= SyncLimits.deliveryEventsMax else { throw .tooLong }
        try WireCoding.checkPositions(number, afterPosition, throughPosition)
        guard number >= 1, afterPosition <= throughPosition else { throw .badOrder }
        guard let lane = UInt8(exactly: lane).flatMap(Lane.init(rawValue:)) else {
            throw .missingPart
        }
        return Deliver(
            number: number, afterPosition: afterPosition, throughPosition: throughPosition,
            lane: lane, events: events.map(EventEnvelope.init))
    }
}

/// Codes of `Answer.outcomes`, and of `OutcomeDetail.reason` for pending events.
private enum OutcomeCode {
    static let accepted: UInt32 = 1
    static let duplicate: UInt32 = 2
    static let pending: UInt32 = 3
    static let refused: UInt32 = 4
    static let full: UInt32 = 5

    static let waitsForEvent: UInt32 = 1
    static let waitsForCard: UInt32 = 2
    static let waitsForErasure: UInt32 = 3
}

extension WireAnswer {
    init(_ answer: Answer) {
        self.init()
        number = answer.number
        for (index, outcome) in answer.outcomes.enumerated() {
            outcomes.append(Self.code(of: outcome))
            if var detail = Self.detail(of: outcome) {
                detail.index = UInt32(index)
                details.append(detail)
            }
        }
    }

    func answer() throws(DecodingFailure) -> Answer {
        guard outcomes.count <= SyncLimits.deliveryEventsMax, details.count <= outcomes.count else {
            throw .tooLong
        }
        try WireCoding.checkPositions(number)
        var rest = details[...]
        var read: [EventOutcome] = []
        read.reserveCapacity(outcomes.count)
        for (index, code) in outcomes.enumerated() {
            let detail = rest.first.flatMap { $0.index == UInt32(index) ? $0 : nil }
            if detail != nil { rest.removeFirst() }
            read.append(try Self.outcome(code, detail))
        }
        guard rest.isEmpty else { throw .badOrder }
        return Answer(number: number, outcomes: read)
    }

    private static func code(of outcome: EventOutcome) -> UInt32 {
        switch outcome {
        case .accepted: OutcomeCode.accepted
        case .duplicate: OutcomeCode.duplicate
        case .pending: OutcomeCode.pending
        case .refused: OutcomeCode.refused
        case .full: OutcomeCode.full
        }
    }

    private static func detail(of outcome: EventOutcome) -> WireOutcomeDetail? {
        var detail = WireOutcomeDetail()
        switch outcome {
        case .accepted, .duplicate, .full:
            return nil
        case .pending(.event(let dot)):
            detail.reason = OutcomeCode.waitsForEvent
            detail.replica = dot.replica.wireData
            detail.counter = dot.counter
        case .pending(.card(let replica)):
            detail.reason = OutcomeCode.waitsForCard
            detail.replica = replica.wireData
        case .pending(.erasure):
            detail.reason = OutcomeCode.waitsForErasure
        case .refused(let refusal):
            detail.reason = refusal.rawValue
        }
        return detail
    }

    private static func outcome(
        _ code: UInt32, _ detail: WireOutcomeDetail?
    ) throws(DecodingFailure) -> EventOutcome {
        switch code {
        case OutcomeCode.accepted: return .accepted
        case OutcomeCode.duplicate: return .duplicate
        case OutcomeCode.full: return .full
        case OutcomeCode.refused:
            return .refused(detail.flatMap { EventRefusal(rawValue: $0.reason) } ?? .other)
        case OutcomeCode.pending:
            guard let detail else { throw .missingPart }
            return .pending(try pendingReason(detail))
        default: throw .missingPart
        }
    }

    private static func pendingReason(
        _ detail: WireOutcomeDetail
    ) throws(DecodingFailure) -> PendingReason {
        switch detail.reason {
        case OutcomeCode.waitsForEvent:
            let counter = try WireCoding.counter(detail.counter)
            return .event(Dot(replica: try Replica(wire: detail.replica), counter: counter))
        case OutcomeCode.waitsForCard: return .card(try Replica(wire: detail.replica))
        case OutcomeCode.waitsForErasure: return .erasure
        default: throw .missingPart
        }
    }
}
