#ifndef CNETSNMP_DATAGRAM_H
#define CNETSNMP_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Datagrams moved by one system call.
#define CNETSNMP_BATCH 64
/// Largest UDP payload.
#define CNETSNMP_DATAGRAM_SIZE 65507

/// Where a datagram comes from or goes to. `address_length` is 4 or 16, network order.
typedef struct {
    uint8_t address[16];
    uint8_t address_length;
    uint16_t port;
} cnetsnmp_endpoint;

/// A received datagram; `bytes` lie in the receiver and are followed by zeros.
typedef struct {
    const uint8_t *bytes;
    uint32_t length;
    cnetsnmp_endpoint from;
    /// How long ago the kernel received it.
    int64_t age_nanoseconds;
    bool is_truncated;
} cnetsnmp_datagram;

/// A datagram to send.
typedef struct {
    const uint8_t *bytes;
    uint32_t length;
    cnetsnmp_endpoint to;
} cnetsnmp_outgoing;

/// What the network said about a datagram sent earlier (ICMP, through IP_RECVERR).
typedef struct {
    /// The datagram's destination.
    cnetsnmp_endpoint to;
    /// errno: ECONNREFUSED is "port unreachable".
    int32_t error;
} cnetsnmp_network_error;

/// Opens a non-blocking UDP socket on an ephemeral port; `family_v6` chooses IPv6.
///
/// Bound to the address of `source` unless that is empty. Asks for `receive_buffer` bytes and
/// stores what the kernel granted. Returns the descriptor, or -errno.
int cnetsnmp_socket_open(bool family_v6, const cnetsnmp_endpoint *source, int receive_buffer,
                         int *granted);

/// Slots for CNETSNMP_BATCH datagrams. NULL without memory.
typedef struct cnetsnmp_receiver cnetsnmp_receiver;
cnetsnmp_receiver *cnetsnmp_receiver_create(void);
void cnetsnmp_receiver_destroy(cnetsnmp_receiver *receiver);

/// Receives up to CNETSNMP_BATCH datagrams into `into`. They are valid until the next call.
/// `drops` is set to the number of datagrams the kernel dropped on this socket so far, where
/// it says so. Returns their number, 0 when none waits, or -errno.
int cnetsnmp_receive(cnetsnmp_receiver *receiver, int descriptor, cnetsnmp_datagram *into,
                     uint32_t *drops);

/// Takes one entry off the socket's error queue: 1 with an entry, 0 when there is none, -errno.
int cnetsnmp_receive_error(int descriptor, cnetsnmp_network_error *into);

/// Sends up to CNETSNMP_BATCH datagrams. Returns how many went out, or -errno of the first.
int cnetsnmp_send(int descriptor, const cnetsnmp_outgoing *messages, unsigned count);

/// An eventfd to wake a thread that polls: write 8 bytes to it. -errno on failure.
int cnetsnmp_wakeup_open(void);

#endif
