import CareRecord
import Foundation
public import Signing
import SwiftProtobuf

extension NodeCard {
    /// The longest serialised card, in bytes.
    public static let encodedBytesMax = 16 << 10

    /// Serialises the card: done once, by its site.
    public func encoded() -> [UInt8] {
        var wire = WireNodeCard()
        wire.schemaVersion = 1
        wire.site = WireData(replica.site.bytes)
        wire.incarnation = replica.incarnation.bits
        wire.name = name
        wire.postalAddress = postalAddress
        wire.eventKey = WireData(eventKey.rawBytes)
        wire.auditKey = WireData(auditKey)
        wire.witnessKey = WireData(witnessKey)
        wire.tlsFingerprints = tlsFingerprints.map { WireData($0) }
        wire.endpoints = endpoints
        wire.validFromMilliseconds = validFromMilliseconds
        wire.validUntilMilliseconds = validUntilMilliseconds
        wire.predecessorEventKey = WireData(predecessorEventKey?.rawBytes ?? [])
        return WireCoding.encode(wire)
    }

    /// Reads a serialised card; nothing about it is believed yet.
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        guard bytes.count <= Self.encodedBytesMax else { throw .tooLong }
        let wire: WireNodeCard = try WireCoding.decode(bytes)
        guard wire.schemaVersion == 1 else { throw .unknownSchema }
        guard let site = SiteID(bytes: wire.site),
            let eventKey = EventPublicKey(rawBytes: Array(wire.eventKey)),
            wire.auditKey.count == 32, wire.witnessKey.count == 32,
            wire.tlsFingerprints.allSatisfy({ $0.count == 32 })
        else { throw .badLength }
        guard !wire.name.isEmpty, !wire.tlsFingerprints.isEmpty else { throw .missingPart }
        guard wire.name.utf8.count <= 200, wire.postalAddress.utf8.count <= 1_024,
            wire.endpoints.count <= 8, wire.tlsFingerprints.count <= 4,
            wire.endpoints.allSatisfy({ $0.utf8.count <= 300 })
        else { throw .tooLong }
        var predecessor: EventPublicKey?
        if !wire.predecessorEventKey.isEmpty {
            predecessor = EventPublicKey(rawBytes: Array(wire.predecessorEventKey))
            guard predecessor != nil else { throw .badLength }
        }
        self.init(
            replica: Replica(site: site, incarnation: Incarnation(wire.incarnation)),
            name: wire.name, postalAddress: wire.postalAddress, eventKey: eventKey,
            auditKey: Array(wire.auditKey), witnessKey: Array(wire.witnessKey),
            tlsFingerprints: wire.tlsFingerprints.map { Array($0) }, endpoints: wire.endpoints,
            validFromMilliseconds: wire.validFromMilliseconds,
            validUntilMilliseconds: wire.validUntilMilliseconds, predecessorEventKey: predecessor)
    }
}

extension SignedNodeCard {
    /// Serialises the card with its signatures.
    public func encoded() -> [UInt8] {
        WireCoding.encode(WireSignedNodeCard(self))
    }

    /// Reads a signed card; its signatures are not checked yet (`refusal(knownKeys:)`).
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        let wire: WireSignedNodeCard = try WireCoding.decode(bytes)
        try self.init(wire)
    }

    init(_ wire: WireSignedNodeCard) throws(DecodingFailure) {
        let cardBytes = Array(wire.card)
        self.init(
            card: try NodeCard(encoded: cardBytes), cardBytes: cardBytes,
            signature: Array(wire.signature),
            predecessorSignature: Array(wire.predecessorSignature))
    }
}

extension WireSignedNodeCard {
    init(_ signed: SignedNodeCard) {
        self.init()
        card = WireData(signed.cardBytes)
        signature = WireData(signed.signature)
        predecessorSignature = WireData(signed.predecessorSignature)
    }
}
