import PeerTransport
import SwiftASN1

/// The DER inside an identity's PEM.
func der(of identity: TLSIdentity) throws -> [UInt8] {
    try PEMDocument(pemString: identity.certificatePEM).derBytes
}
