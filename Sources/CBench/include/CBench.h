/// Plain C loops that do what the product does and nothing else: the limits that `pollerbench`
/// measures it against.
#ifndef CBENCH_H
#define CBENCH_H

#include <stdbool.h>
#include <stddef.h>
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

/// Files "FOLDER/rrd/D/N.rrd" with two counters each, D and N counted from 1, and the rows that
/// some of them get: all with the same times.
typedef struct {
    const char *folder;
    uint32_t file_count;
    uint32_t files_in_folder;
    /// Of the files, every `stride`-th from `first` on, counted from 0.
    uint32_t first;
    uint32_t stride;
    /// Rows of one update, at most 64.
    uint32_t row_count;
    int64_t first_milliseconds;
    int64_t step_milliseconds;
} cbench_rrd_plan;

/// What several runs add up to.
typedef struct {
    uint64_t updates;
    uint64_t rows;
    uint64_t failures;
    /// User and system time of the calling thread.
    uint64_t cpu_nanoseconds;
} cbench_rrd_result;

/// What a counter of a file stands at: `position` is 0 or 1.
uint64_t cbench_rrd_counter(uint32_t file, uint32_t position, int64_t milliseconds);

/// Writes the rows with one rrd_updatex_r a file. Returns 0, or an errno.
int cbench_rrd(const cbench_rrd_plan *plan, cbench_rrd_result *result);

typedef struct {
    /// Of the picture; 0 when there is none.
    size_t size;
    /// User and system time of the calling thread.
    uint64_t cpu_nanoseconds;
} cbench_graph_result;

/// Draws one picture in memory with rrd_graph_v, and looks at nothing of it but its size.
/// `arguments` are those of rrdgraph behind the file name.
///
/// With `is_treated`, the functions that the product puts in the place of the libraries' own are
/// at work; without, all is as the libraries made it. One at a time in the process.
int cbench_graph(const char *const *arguments, int count, bool is_treated,
                 cbench_graph_result *result);

/// Bytes that the allocator has given out and not got back, whichever thread asked for them.
size_t cbench_allocated_bytes(void);

/// Gives memory that is free back to the kernel, so that what is used from here on is seen as growth
/// of the process.
void cbench_trim(void);

#endif
