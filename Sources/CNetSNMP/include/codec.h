#ifndef CNETSNMP_CODEC_H
#define CNETSNMP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Zero bytes that must follow a packet handed to `cnetsnmp_decode`: the library's parser reads
/// a little past the end of malformed messages.
#define CNETSNMP_PADDING 64

/// Receives one line of the library's log. `priority` is syslog's (0 most severe … 7 debug).
typedef void (*cnetsnmp_log_function)(int priority, const char *text, void *context);

/// Initialises the library without MIBs, configuration files, persistent state or standard
/// error, and sets up malloc for its large varbinds. Once per process, before the second thread.
///
/// Clears the environment variables with which net-snmp could be steered from outside.
/// `folder` must exist: the library makes an empty folder in it.
void cnetsnmp_start(const char *application, const char *folder,
                    cnetsnmp_log_function log, void *context);

/// The library's version, for example "5.9.3".
const char *cnetsnmp_version(void);

/// Tags of PDUs (RFC 3416 §3).
typedef enum {
    cnetsnmp_pdu_get = 0xa0,
    cnetsnmp_pdu_get_next = 0xa1,
    cnetsnmp_pdu_response = 0xa2,
    cnetsnmp_pdu_get_bulk = 0xa5,
    cnetsnmp_pdu_report = 0xa8
} cnetsnmp_pdu_type;

/// Tags of values (RFC 2578 §7.1, RFC 3416 §3; floats: net-snmp's Opaque wrapping).
typedef enum {
    cnetsnmp_type_integer = 0x02,
    cnetsnmp_type_octets = 0x04,
    cnetsnmp_type_null = 0x05,
    cnetsnmp_type_oid = 0x06,
    cnetsnmp_type_ip_address = 0x40,
    cnetsnmp_type_counter32 = 0x41,
    cnetsnmp_type_gauge32 = 0x42,
    cnetsnmp_type_time_ticks = 0x43,
    cnetsnmp_type_opaque = 0x44,
    cnetsnmp_type_counter64 = 0x46,
    cnetsnmp_type_float = 0x78,
    cnetsnmp_type_double = 0x79,
    cnetsnmp_type_no_such_object = 0x80,
    cnetsnmp_type_no_such_instance = 0x81,
    cnetsnmp_type_end_of_mib_view = 0x82
} cnetsnmp_type;

/// One object of a decoded message. Offsets point into the message's arenas.
typedef struct {
    uint32_t name_offset;
    uint32_t name_length;
    uint32_t bytes_offset;
    uint32_t bytes_length;
    /// Numbers; for oid values the arcs are in the `arcs` arena at `bytes_offset`.
    int64_t integer;
    uint64_t counter;
    double real;
    uint8_t type;
} cnetsnmp_varbind;

/// A decoded message. The arenas grow as needed and are reused by the next decode.
typedef struct {
    /// 0 is SNMPv1, 1 is SNMPv2c, 3 is SNMPv3.
    int32_t version;
    int32_t pdu_type;
    int64_t request_id;
    int64_t error_status;
    int64_t error_index;
    uint32_t community_offset;
    uint32_t community_length;
    uint32_t varbind_count;
    cnetsnmp_varbind *varbinds;
    uint32_t *arcs;
    uint8_t *bytes;
    uint32_t varbind_capacity;
    uint32_t arc_capacity;
    uint32_t byte_capacity;
} cnetsnmp_message;

/// A request PDU. `arcs` holds the OIDs one after the other, `arc_counts[i]` the length of the
/// i-th. `max_repetitions` is for GETBULK only.
typedef struct {
    cnetsnmp_pdu_type type;
    int32_t request_id;
    int32_t max_repetitions;
    const uint32_t *arcs;
    const uint32_t *arc_counts;
    uint32_t oid_count;
} cnetsnmp_request;

/// Encodes a request of SNMPv1 (`version` 0) or SNMPv2c (1) into `into`.
///
/// Returns the number of bytes, or -1 when the library refuses or `capacity` is too small.
long cnetsnmp_encode(int version, const uint8_t *community, size_t community_length,
                     const cnetsnmp_request *request, uint8_t *into, size_t capacity);

/// Why a packet was not decoded.
typedef enum {
    cnetsnmp_decoded = 0,
    /// Its outer length is not the packet's length.
    cnetsnmp_length_mismatch,
    /// Not the version that was asked to be decoded.
    cnetsnmp_unknown_version,
    /// The library's parser refused it.
    cnetsnmp_refused,
    cnetsnmp_out_of_memory
} cnetsnmp_decode_result;

/// What stands unprotected at the head of a message.
typedef struct {
    /// 0 is SNMPv1, 1 is SNMPv2c, 3 is SNMPv3.
    int32_t version;
    /// SNMPv3 only.
    int32_t message_id;
} cnetsnmp_head;

/// Reads the head alone. Refuses messages of other security models than USM.
cnetsnmp_decode_result cnetsnmp_read_head(const uint8_t *packet, size_t length,
                                          cnetsnmp_head *into);

/// Decodes an SNMPv1 or SNMPv2c packet that is followed by CNETSNMP_PADDING zero bytes.
cnetsnmp_decode_result cnetsnmp_decode(const uint8_t *packet, size_t length,
                                       cnetsnmp_message *into);

void cnetsnmp_message_free(cnetsnmp_message *message);

#endif
