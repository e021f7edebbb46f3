import NIOCore
import NIOPosix
import PollerModel

/// Agents on UDP addresses of 127.0.0.0/8, one socket each.
package final class SimulatorServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]
    /// `ports[i]` is where the i-th agent listens.
    package let ports: [UInt16]

    /// An agent and the address it answers at.
    package struct Place: Sendable {
        let agent: Agent
        let address: String
        let port: UInt16

        /// - Parameter port: 0 lets the kernel choose.
        package init(agent: Agent, address: String = "127.0.0.1", port: UInt16 = 0) {
            self.agent = agent
            self.address = address
            self.port = port
        }
    }

    private init(
        group: MultiThreadedEventLoopGroup, channels: [any Channel], ports: [UInt16]
    ) {
        self.group = group
        self.channels = channels
        self.ports = ports
    }

    /// Binds all places, or none: the error of the first that cannot be bound is thrown.
    ///
    /// - Parameter age: how many seconds ago the agents were started; nil: now, and time passes.
    package static func start(
        _ places: [Place], age: (@Sendable () -> Double)? = nil
    ) async throws -> SimulatorServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let start = NIODeadline.now()
        let age = age ?? { Double((NIODeadline.now() - start).nanoseconds) / 1e9 }
        var channels: [any Channel] = []
        do {
            for place in places {
                let bootstrap = DatagramBootstrap(group: group)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                AgentHandler(agent: place.agent, age: age))
                        }
                    }
                channels.append(
                    try await bootstrap.bind(host: place.address, port: Int(place.port)).get())
            }
        } catch {
            for channel in channels { channel.close(promise: nil) }
            try await group.shutdownGracefully()
            throw error
        }
        return SimulatorServer(
            group: group, channels: channels,
            ports: channels.map { UInt16($0.localAddress?.port ?? 0) })
    }

    package func stop() async throws {
        for channel in channels { try await channel.close() }
        try await group.shutdownGracefully()
    }
}

private final class AgentHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let agent: Agent
    private let age: @Sendable () -> Double

    init(agent: Agent, age: @escaping @Sendable () -> Double) {
        self.agent = agent
        self.age = age
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let answer = agent.answer(envelope.data.readableBytesView, at: age()) else {
            return
        }
        let channel = context.channel
        let reply = AddressedEnvelope(
            remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer.bytes))
        guard answer.delayMilliseconds > 0 else {
            return channel.writeAndFlush(reply, promise: nil)
        }
        context.eventLoop.scheduleTask(in: .milliseconds(answer.delayMilliseconds)) {
            channel.writeAndFlush(reply, promise: nil)
        }
    }
}
