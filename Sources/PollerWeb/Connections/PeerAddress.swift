import NIOCore
import PollerModel

extension Channel {
    /// Who is at the other end; nil on a Unix socket. IPv4 over a socket of IPv6 counts as what it
    /// is (RFC 4291 §2.5.5.2).
    var peerAddress: IPAddress? {
        guard let address = remoteAddress?.ipAddress.flatMap({ IPAddress($0) }) else { return nil }
        let isMapped = !address.isV4 && address.high == 0 && address.low >> 32 == 0xffff
        return isMapped ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low)) : address
    }
}
