/// Plain C loops that do what the product does and nothing else: the limits that `pollerbench`
/// measures it against.
#ifndef CBENCH_H
#define CBENCH_H

#include <stdint.h>

/// What a device is asked in one message: GET for sysUpTime.0 (unless `is_bare`) and the next
/// `count` octet counters of its interfaces, or GETBULK for `count` objects of ifXTable behind
/// the last.
typedef struct {
    uint32_t count;
    uint8_t is_bulk;
    uint8_t is_bare;
} cbench_question;

/// Devices with consecutive IPv4 addresses, each asked its questions one after the other.
typedef struct {
    /// Host byte order.
    uint32_t first_address;
    /// How many addresses there are; devices beyond share them.
    uint32_t address_count;
    uint16_t port;
    uint32_t device_count;
    /// Devices that are asked at a time.
    uint32_t window;
    /// Devices are begun evenly spread over so many microseconds, whatever the window; 0: as
    /// fast as the window allows.
    uint64_t spread_microseconds;
    const cbench_question *questions;
    uint32_t question_count;
    /// SNMPv2c's community, or NULL.
    const char *community;
    /// SNMPv3's user with authPriv (SHA-256, AES-128), and both of its passphrases, or NULL.
    const char *user;
    const char *passphrase;
} cbench_snmp_plan;

typedef struct {
    uint64_t messages;
    uint64_t answers;
    /// User and system time of the calling thread, without finding SNMPv3's engine.
    uint64_t cpu_nanoseconds;
} cbench_snmp_result;

/// Asks every device once over one socket with net-snmp's codec. Returns 0, or an errno.
int cbench_snmp(const cbench_snmp_plan *plan, cbench_snmp_result *result);

#endif
