#define _GNU_SOURCE
#include "internal.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static cnetsnmp_log_function log_function;
static void *log_context;

static int forward_log(int major, int minor, void *server, void *client) {
    (void)major;
    (void)minor;
    (void)client;
    const struct snmp_log_message *message = server;
    if (log_function) log_function(message->priority, message->msg, log_context);
    return 0;
}

void cnetsnmp_start(const char *application, const char *folder,
                    cnetsnmp_log_function log, void *context) {
    // A message of 200 varbinds takes 227 kB of them (1136 bytes each). At glibc's default
    // thresholds that memory goes back to the kernel after every message, which costs more
    // than the whole decoding.
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);

    static const char *const inherited[] = {"SNMP_PERSISTENT_FILE", "MIBFILES", "SNMPCONFPATH"};
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++) unsetenv(inherited[i]);
    setenv("MIBS", "", 1);
    setenv("MIBDIRS", "/nonexistent", 1);
    setenv("SNMPCONFPATH", "/nonexistent", 1);
    setenv("SNMP_PERSISTENT_DIR", folder, 1);

    static const int options[] = {
        NETSNMP_DS_LIB_DONT_PERSIST_STATE,   NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD,
        NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, NETSNMP_DS_LIB_DONT_READ_CONFIGS,
        NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG,
        NETSNMP_DS_LIB_NO_DISCOVERY,         NETSNMP_DS_LIB_REVERSE_ENCODE};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, options[i], 1);

    log_function = log;
    log_context = context;
    snmp_enable_calllog();
    snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, forward_log, NULL);
    init_snmp(application);
    // Its parser reads outside its buffers, and nobody uses it over UDP.
    unregister_sec_mod(SNMP_SEC_MODEL_TSM);
}

const char *cnetsnmp_version(void) { return netsnmp_get_version(); }

/// A session that was never opened: the codec reads version and credentials from it.
static netsnmp_session *template_session(void) {
    static netsnmp_session session;
    static bool is_ready;
    if (!is_ready) {
        snmp_sess_init(&session);
        is_ready = true;
    }
    return &session;
}

/// Appends a NULL varbind after `*tail`. snmp_add_null_var would walk to the end each time.
static int append_null(netsnmp_pdu *pdu, netsnmp_variable_list **tail, const uint32_t *arcs,
                       uint32_t count) {
    if (count == 0 || count > MAX_OID_LEN) return -1;
    netsnmp_variable_list *variable = calloc(1, sizeof *variable);
    if (!variable) return -1;
    if (*tail)
        (*tail)->next_variable = variable;
    else
        pdu->variables = variable;
    *tail = variable;
    oid name[MAX_OID_LEN];
    for (uint32_t i = 0; i < count; i++) name[i] = arcs[i];
    variable->type = ASN_NULL;
    return snmp_set_var_objid(variable, name, count);
}

netsnmp_pdu *internal_pdu(const cnetsnmp_request *request) {
    netsnmp_pdu *pdu = snmp_pdu_create((int)request->type);
    if (!pdu) return NULL;
    pdu->reqid = request->request_id;
    if (request->type == cnetsnmp_pdu_get_bulk) {
        pdu->non_repeaters = 0;
        pdu->max_repetitions = request->max_repetitions;
    }
    netsnmp_variable_list *tail = NULL;
    const uint32_t *arcs = request->arcs;
    for (uint32_t i = 0; i < request->oid_count; i++) {
        if (append_null(pdu, &tail, arcs, request->arc_counts[i]) != 0) {
            snmp_free_pdu(pdu);
            return NULL;
        }
        arcs += request->arc_counts[i];
    }
    return pdu;
}

long internal_build(netsnmp_session *session, netsnmp_pdu *pdu, uint8_t *into, size_t capacity) {
    static u_char *buffer;
    static size_t buffer_size = 8192;
    if (!buffer && !(buffer = malloc(buffer_size))) return -1;
    size_t offset = 0;
    if (snmp_build(&buffer, &buffer_size, &offset, session, pdu) != 0 || offset > capacity)
        return -1;
    // Reverse encoding fills the buffer from its end.
    memcpy(into, buffer + buffer_size - offset, offset);
    return (long)offset;
}

long cnetsnmp_encode(int version, const uint8_t *community, size_t community_length,
                     const cnetsnmp_request *request, uint8_t *into, size_t capacity) {
    netsnmp_session *session = template_session();
    session->version = version;
    session->community = (u_char *)community;
    session->community_len = community_length;
    long length = -1;
    netsnmp_pdu *pdu = internal_pdu(request);
    if (pdu) {
        pdu->version = version;
        length = internal_build(session, pdu, into, capacity);
        snmp_free_pdu(pdu);
    }
    session->community = NULL;
    session->community_len = 0;
    return length;
}

/// Makes room for `needed` elements; the arena keeps its content.
static bool reserve(void **arena, uint32_t *capacity, size_t needed, size_t element) {
    if (needed <= *capacity) return true;
    size_t grown = *capacity ? *capacity : 256;
    while (grown < needed) grown *= 2;
    void *moved = realloc(*arena, grown * element);
    if (!moved) return false;
    *arena = moved;
    *capacity = (uint32_t)grown;
    return true;
}

typedef struct {
    uint32_t arcs;
    uint32_t bytes;
} arena_use;

static bool keep_arcs(cnetsnmp_message *message, arena_use *use, const oid *arcs, size_t count) {
    if (!reserve((void **)&message->arcs, &message->arc_capacity, use->arcs + count,
                 sizeof *message->arcs))
        return false;
    for (size_t i = 0; i < count; i++) message->arcs[use->arcs++] = (uint32_t)arcs[i];
    return true;
}

static bool keep_bytes(cnetsnmp_message *message, arena_use *use, const u_char *bytes,
                       size_t count) {
    if (!reserve((void **)&message->bytes, &message->byte_capacity, use->bytes + count, 1))
        return false;
    if (count) memcpy(message->bytes + use->bytes, bytes, count);
    use->bytes += (uint32_t)count;
    return true;
}

/// Copies one value. A type that SNMPv2 does not know becomes a NULL.
static bool keep_value(cnetsnmp_message *message, arena_use *use, cnetsnmp_varbind *into,
                       const netsnmp_variable_list *variable) {
    into->type = variable->type;
    switch (variable->type) {
        case ASN_INTEGER:
            into->integer = *variable->val.integer;
            return true;
        case ASN_COUNTER:
        case ASN_GAUGE:
        case ASN_TIMETICKS:
            into->counter = (uint32_t)*variable->val.integer;
            return true;
        case ASN_UINTEGER:
            into->type = cnetsnmp_type_gauge32;
            into->counter = (uint32_t)*variable->val.integer;
            return true;
        case ASN_COUNTER64:
        case ASN_OPAQUE_COUNTER64:
        case ASN_OPAQUE_U64:
            into->type = cnetsnmp_type_counter64;
            into->counter = (uint64_t)variable->val.counter64->high << 32 |
                            (uint32_t)variable->val.counter64->low;
            return true;
        case ASN_OPAQUE_FLOAT:
            into->type = cnetsnmp_type_float;
            into->real = *variable->val.floatVal;
            return true;
        case ASN_OPAQUE_DOUBLE:
            into->type = cnetsnmp_type_double;
            into->real = *variable->val.doubleVal;
            return true;
        case ASN_OCTET_STR:
        case ASN_OPAQUE:
        case ASN_IPADDRESS:
            into->bytes_offset = use->bytes;
            into->bytes_length = (uint32_t)variable->val_len;
            return keep_bytes(message, use, variable->val.string, variable->val_len);
        case ASN_OBJECT_ID:
            into->bytes_offset = use->arcs;
            into->bytes_length = (uint32_t)(variable->val_len / sizeof(oid));
            return keep_arcs(message, use, variable->val.objid, into->bytes_length);
        case SNMP_NOSUCHOBJECT:
        case SNMP_NOSUCHINSTANCE:
        case SNMP_ENDOFMIBVIEW:
            return true;
        default:
            into->type = cnetsnmp_type_null;
            return true;
    }
}

bool internal_keep(cnetsnmp_message *message, const netsnmp_pdu *pdu) {
    arena_use use = {0, 0};
    message->version = (int32_t)pdu->version;
    message->pdu_type = pdu->command;
    message->request_id = pdu->reqid;
    message->error_status = pdu->errstat;
    message->error_index = pdu->errindex;
    message->varbind_count = 0;
    message->community_offset = 0;
    message->community_length = (uint32_t)pdu->community_len;
    if (!keep_bytes(message, &use, pdu->community, pdu->community_len)) return false;
    for (const netsnmp_variable_list *v = pdu->variables; v; v = v->next_variable) {
        if (!reserve((void **)&message->varbinds, &message->varbind_capacity,
                     message->varbind_count + 1, sizeof *message->varbinds))
            return false;
        cnetsnmp_varbind *into = &message->varbinds[message->varbind_count];
        memset(into, 0, sizeof *into);
        into->name_offset = use.arcs;
        into->name_length = (uint32_t)v->name_length;
        if (!keep_arcs(message, &use, v->name, v->name_length)) return false;
        if (!keep_value(message, &use, into, v)) return false;
        message->varbind_count++;
    }
    return true;
}

/// The content of the BER element at `*at`, of tag `tag` and within `end`; moves `*at` behind
/// its head. False for anything else. Lengths as SNMP agents write them: up to four bytes.
static bool enter(const uint8_t **at, const uint8_t *end, uint8_t tag, size_t *length) {
    const uint8_t *p = *at;
    if (end - p < 2 || p[0] != tag) return false;
    size_t count = p[1];
    p += 2;
    if (count & 0x80) {
        size_t width = count & 0x7f;
        if (width == 0 || width > 4 || (size_t)(end - p) < width) return false;
        count = 0;
        while (width--) count = count << 8 | *p++;
    }
    if ((size_t)(end - p) < count) return false;
    *at = p;
    *length = count;
    return true;
}

/// A small INTEGER; moves `*at` behind it.
static bool number(const uint8_t **at, const uint8_t *end, int32_t *into) {
    size_t length;
    if (!enter(at, end, 0x02, &length) || length < 1 || length > 4) return false;
    uint32_t value = (**at & 0x80) ? UINT32_MAX : 0;
    while (length--) value = value << 8 | *(*at)++;
    *into = (int32_t)value;
    return true;
}

cnetsnmp_decode_result cnetsnmp_read_head(const uint8_t *packet, size_t length,
                                          cnetsnmp_head *into) {
    const uint8_t *at = packet, *end = packet + length;
    size_t body;
    if (!enter(&at, end, 0x30, &body) || at + body != end) return cnetsnmp_length_mismatch;
    if (!number(&at, end, &into->version)) return cnetsnmp_unknown_version;
    into->message_id = 0;
    if (into->version == 0 || into->version == 1) return cnetsnmp_decoded;
    if (into->version != 3) return cnetsnmp_unknown_version;
    // msgGlobalData (RFC 3412 §6): msgID, msgMaxSize, msgFlags, msgSecurityModel.
    int32_t size, model;
    size_t flags;
    if (!enter(&at, end, 0x30, &body)) return cnetsnmp_refused;
    const uint8_t *close = at + body;
    if (!number(&at, close, &into->message_id) || !number(&at, close, &size) ||
        !enter(&at, close, 0x04, &flags) || flags != 1)
        return cnetsnmp_refused;
    at += flags;
    if (!number(&at, close, &model) || model != SNMP_SEC_MODEL_USM) return cnetsnmp_refused;
    return cnetsnmp_decoded;
}

/// Whether the content of a value is a number that its type can hold. The library takes an empty
/// Counter64 for 0, and cuts what is longer than its type to the low bits.
static bool is_sound(uint8_t tag, const uint8_t *content, size_t length) {
    const bool is_signed = tag == ASN_INTEGER;
    size_t largest = 4;
    switch (tag) {
        case ASN_INTEGER:
        case ASN_COUNTER:
        case ASN_GAUGE:
        case ASN_TIMETICKS:
        case ASN_UINTEGER:
            break;
        case ASN_COUNTER64:
            largest = 8;
            break;
        default:
            return true;
    }
    if (length == 0) return false;
    // Without the zero in front that says it is none, a short one is read as negative.
    if (!is_signed && largest == 4 && length < 4 && (content[0] & 0x80)) return false;
    // Some agents write more bytes than the number needs.
    for (; length > largest; content++, length--) {
        bool repeats_sign = (content[0] == 0x00 && !(content[1] & 0x80)) ||
                            (content[0] == 0xff && (content[1] & 0x80));
        if (is_signed ? !repeats_sign : content[0] != 0) return false;
    }
    return true;
}

/// Moves `*at` to the first varbind of a message of SNMPv1 or SNMPv2c.
static bool enter_varbinds(const uint8_t **at, const uint8_t *end) {
    size_t count;
    int32_t ignored;
    if (!enter(at, end, 0x30, &count) || !number(at, end, &ignored) ||
        !enter(at, end, 0x04, &count))
        return false;
    *at += count;
    if (end - *at < 2 || !enter(at, end, **at, &count)) return false;
    for (int i = 0; i < 3; i++) {
        // request-id, error-status, error-index.
        if (!enter(at, end, 0x02, &count)) return false;
        *at += count;
    }
    return enter(at, end, 0x30, &count);
}

/// Whether the varbind at `*at` holds a sound value; moves behind it.
static bool is_sound_varbind(const uint8_t **at, const uint8_t *end) {
    size_t count;
    if (!enter(at, end, 0x30, &count)) return false;
    const uint8_t *value = *at, *next = *at + count;
    *at = next;
    if (!enter(&value, next, 0x06, &count)) return false;
    value += count;
    if (next - value < 2) return false;
    uint8_t tag = value[0];
    return enter(&value, next, tag, &count) && is_sound(tag, value, count);
}

/// Turns the values of a decoded message of SNMPv1 or SNMPv2c that are not sound into NULL. Those
/// of SNMPv3 are seen by the library alone.
static void drop_unsound(const uint8_t *packet, size_t length, cnetsnmp_message *message) {
    const uint8_t *at = packet, *end = packet + length;
    bool is_readable = enter_varbinds(&at, end);
    for (uint32_t i = 0; i < message->varbind_count; i++)
        if (!is_readable || !is_sound_varbind(&at, end))
            message->varbinds[i].type = cnetsnmp_type_null;
}

cnetsnmp_decode_result cnetsnmp_decode(const uint8_t *packet, size_t length,
                                       cnetsnmp_message *into) {
    into->varbind_count = 0;
    cnetsnmp_head head;
    cnetsnmp_decode_result readable = cnetsnmp_read_head(packet, length, &head);
    if (readable != cnetsnmp_decoded) return readable;
    if (head.version == 3) return cnetsnmp_unknown_version;
    netsnmp_pdu *pdu = calloc(1, sizeof *pdu);
    if (!pdu) return cnetsnmp_out_of_memory;
    netsnmp_session *session = template_session();
    session->version = SNMP_DEFAULT_VERSION;
    cnetsnmp_decode_result result = cnetsnmp_refused;
    if (snmp_parse(NULL, session, pdu, (u_char *)packet, length) == 0)
        result = internal_keep(into, pdu) ? cnetsnmp_decoded : cnetsnmp_out_of_memory;
    if (result == cnetsnmp_decoded) drop_unsound(packet, length, into);
    snmp_free_pdu(pdu);
    return result;
}

void cnetsnmp_message_free(cnetsnmp_message *message) {
    free(message->varbinds);
    free(message->arcs);
    free(message->bytes);
    memset(message, 0, sizeof *message);
}
