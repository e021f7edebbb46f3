import Glibc

/// What comes along with a message (cmsg(3), whose macros Swift does not import).
struct ControlMessages {
    let bytes: [UInt8]

    /// The layout of struct cmsghdr.
    private struct Header: BitwiseCopyable {
        let length: Int
        let level: Int32
        let type: Int32
    }

    /// The error that the network reported by ICMP, if it says that nothing gets through.
    var networkError: SystemError? {
        let headerLength = MemoryLayout<Header>.size
        return bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + headerLength <= bytes.count {
                let header = bytes.loadUnaligned(fromByteOffset: offset, as: Header.self)
                guard header.length >= headerLength, header.length <= bytes.count - offset
                else { return nil }
                let isError =
                    header.level == Int32(IPPROTO_IP) && header.type == IP_RECVERR
                    || header.level == Int32(IPPROTO_IPV6) && header.type == IPV6_RECVERR
                if isError, header.length >= headerLength + KernelConstants.extendedErrorLength {
                    return Self.extendedError(bytes, at: offset + headerLength)
                }
                offset +=
                    (header.length + MemoryLayout<Int>.size - 1) & ~(MemoryLayout<Int>.size - 1)
            }
            return nil
        }
    }

    private static func extendedError(
        _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> SystemError? {
        let code = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        // Redirects and source quenches are no obstacle (EREMOTEIO), nor is a path with a smaller
        // MTU, to which the kernel cuts the next attempt (EMSGSIZE).
        guard KernelConstants.errorOrigins.contains(bytes[offset + 4]),
            ![EREMOTEIO, EMSGSIZE].contains(Int32(truncatingIfNeeded: code))
        else { return nil }
        return SystemError(Int32(truncatingIfNeeded: code))
    }
}
