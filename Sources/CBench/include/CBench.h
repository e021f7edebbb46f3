/// Plain C loops that do what the product does and nothing else: the limits that `pollerbench`
/// measures it against.
#ifndef CBENCH_H
#define CBENCH_H

#include <stdint.h>

/// Devices with consecutive IPv4 addresses; each is asked `message_count` questions in turn for
/// the counters of its interfaces, at most `window` devices at a time.
typedef struct {
    /// Host byte order.
    uint32_t first_address;
    uint16_t port;
    uint32_t device_count;
    uint32_t window;
    /// Devices are begun evenly spread over so many microseconds, whatever the window; 0: as
    /// fast as the window allows.
    uint64_t spread_microseconds;
    /// Objects of each question, besides sysUpTime.0.
    const uint32_t *object_counts;
    uint32_t message_count;
    const char *community;
} cbench_snmp_plan;

typedef struct {
    uint64_t messages;
    uint64_t answers;
    /// User and system time of the calling thread.
    uint64_t cpu_nanoseconds;
} cbench_snmp_result;

/// Polls every device once over one socket with net-snmp's codec. Returns 0, or an errno.
int cbench_snmp(const cbench_snmp_plan *plan, cbench_snmp_result *result);

#endif
