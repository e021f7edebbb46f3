#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "CNetSNMP.h"

#define MOST_OBJECTS 200
#define MESSAGE_SIZE 8192
#define LONGEST_NAME 32
#define SILENCE_MILLISECONDS 1000

/// Where the walk of a device stands.
typedef struct {
    uint32_t arcs[LONGEST_NAME];
    uint32_t count;
} place;

typedef struct {
    const cbench_snmp_plan *plan;
    int descriptor;
    uint8_t (*messages)[MESSAGE_SIZE];
    cnetsnmp_outgoing outgoing[CNETSNMP_BATCH];
    unsigned queued;
    cnetsnmp_receiver *receiver;
    cnetsnmp_message decoded;
    cbench_snmp_result *result;
    place *places;
    /// By device: the id that its next answer has; 0 when nothing is awaited.
    uint32_t *awaited;
    /// One for each device; NULL for communities.
    cnetsnmp_agent **agents;
    time_t engine_found;
} loop;

static const uint32_t table[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1};

static uint64_t cpu_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t microseconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

static void flush(loop *state) {
    unsigned sent = 0;
    while (sent < state->queued) {
        int count = cnetsnmp_send(state->descriptor, state->outgoing + sent, state->queued - sent);
        if (count > 0) sent += (unsigned)count;
        if (count == -EAGAIN || count == 0) {
            struct pollfd writable = {.fd = state->descriptor, .events = POLLOUT};
            poll(&writable, 1, 100);
        } else if (count < 0) {
            break;
        }
    }
    state->queued = 0;
}

static void queue(loop *state, uint32_t device, const uint8_t *bytes, long length) {
    const cbench_snmp_plan *plan = state->plan;
    cnetsnmp_outgoing *out = &state->outgoing[state->queued++];
    memset(out, 0, sizeof *out);
    out->bytes = bytes;
    out->length = (uint32_t)length;
    uint32_t address = plan->first_address + device % plan->address_count;
    for (int i = 0; i < 4; i++) out->to.address[i] = (uint8_t)(address >> (24 - 8 * i));
    out->to.address_length = 4;
    out->to.port = plan->port;
    if (state->queued == CNETSNMP_BATCH) flush(state);
}

/// Queues question `number` of `device`.
static bool ask(loop *state, uint32_t device, uint32_t number) {
    uint32_t arcs[(MOST_OBJECTS + 1) * 12], counts[MOST_OBJECTS + 1], first = 0, used = 0;
    const cbench_snmp_plan *plan = state->plan;
    const cbench_question *question = &plan->questions[number];
    cnetsnmp_request request = {.type = cnetsnmp_pdu_get,
                                .request_id = (int32_t)(device * plan->question_count + number + 1),
                                .arcs = arcs,
                                .arc_counts = counts};
    if (question->is_bulk) {
        const place *from = &state->places[device];
        request.type = cnetsnmp_pdu_get_bulk;
        request.max_repetitions = (int32_t)question->count;
        memcpy(arcs, from->arcs, from->count * sizeof *arcs);
        counts[used++] = from->count;
    } else {
        uint32_t *next = arcs;
        for (uint32_t i = 0; i < number; i++) first += plan->questions[i].count;
        if (!question->is_bare) {
            static const uint32_t up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
            memcpy(next, up_time, sizeof up_time);
            next += 9;
            counts[used++] = 9;
        }
        for (uint32_t i = 0; i < question->count; i++) {
            uint32_t object = first + i;
            memcpy(next, table, sizeof table);
            next[10] = object % 2 ? 10 : 6;
            next[11] = object / 2 + 1;
            next += 12;
            counts[used++] = 12;
        }
    }
    request.oid_count = used;
    uint8_t *bytes = state->messages[state->queued];
    long length =
        state->agents
            ? cnetsnmp_encode_secure(state->agents[device], cnetsnmp_auth_priv,
                                     (uint32_t)(time(NULL) - state->engine_found),
                                     request.request_id, &request, bytes, MESSAGE_SIZE)
            : cnetsnmp_encode(1, (const uint8_t *)plan->community, strlen(plan->community),
                              &request, bytes, MESSAGE_SIZE);
    if (length < 0) return false;
    state->result->messages++;
    state->awaited[device] = (uint32_t)request.request_id;
    queue(state, device, bytes, length);
    return true;
}

/// Decodes an answer; its id, or 0 for none.
static uint32_t hear(loop *state, const cnetsnmp_datagram *datagram) {
    if (!state->agents)
        return cnetsnmp_decode(datagram->bytes, datagram->length, &state->decoded) ==
                       cnetsnmp_decoded
                   ? (uint32_t)state->decoded.request_id
                   : 0;
    cnetsnmp_head head;
    cnetsnmp_security security;
    if (cnetsnmp_read_head(datagram->bytes, datagram->length, &head) != cnetsnmp_decoded ||
        head.message_id < 1)
        return 0;
    uint32_t device = ((uint32_t)head.message_id - 1) / state->plan->question_count;
    if (device >= state->plan->device_count) return 0;
    return cnetsnmp_decode_secure(datagram->bytes, datagram->length, state->agents[device],
                                  (uint32_t)(time(NULL) - state->engine_found), &state->decoded,
                                  &security) == cnetsnmp_decoded
               ? (uint32_t)head.message_id
               : 0;
}

/// Keeps where the next GETBULK goes on.
static void keep_place(loop *state, uint32_t device) {
    if (state->decoded.varbind_count == 0) return;
    const cnetsnmp_varbind *last = &state->decoded.varbinds[state->decoded.varbind_count - 1];
    if (last->name_length > LONGEST_NAME) return;
    place *to = &state->places[device];
    to->count = last->name_length;
    memcpy(to->arcs, state->decoded.arcs + last->name_offset, to->count * sizeof *to->arcs);
}

/// How many devices may have been begun by now.
static uint32_t due(const loop *state, uint32_t begun, uint32_t in_flight, uint64_t elapsed) {
    const cbench_snmp_plan *plan = state->plan;
    uint64_t count = plan->spread_microseconds
                         ? elapsed * plan->device_count / plan->spread_microseconds + 1
                         : begun + (plan->window > in_flight ? plan->window - in_flight : 0);
    return count < plan->device_count ? (uint32_t)count : plan->device_count;
}

static int run(loop *state) {
    const cbench_snmp_plan *plan = state->plan;
    uint32_t begun = 0, in_flight = 0;
    const uint64_t start = microseconds_now();
    const int pause = (int)(plan->spread_microseconds / plan->device_count / 1000u) + 1;
    while (begun < plan->device_count || in_flight > 0) {
        uint32_t last = due(state, begun, in_flight, microseconds_now() - start);
        while (begun < last) {
            if (!ask(state, begun++, 0)) return EMSGSIZE;
            in_flight++;
        }
        flush(state);
        struct pollfd readable = {.fd = state->descriptor, .events = POLLIN};
        bool is_pacing = plan->spread_microseconds && begun < plan->device_count;
        if (poll(&readable, 1, is_pacing ? pause : SILENCE_MILLISECONDS) == 0) {
            // Nobody answers the others any more.
            if (!is_pacing) in_flight = 0;
            continue;
        }
        cnetsnmp_datagram datagrams[CNETSNMP_BATCH];
        uint32_t drops = 0;
        int count = cnetsnmp_receive(state->receiver, state->descriptor, datagrams, &drops);
        for (int i = 0; i < count; i++) {
            uint32_t id = hear(state, &datagrams[i]);
            if (!id) continue;
            uint32_t device = (id - 1) / plan->question_count;
            uint32_t number = (id - 1) % plan->question_count;
            if (device >= plan->device_count || state->awaited[device] != id) continue;
            state->awaited[device] = 0;
            state->result->answers++;
            if (plan->questions[number].is_bulk) keep_place(state, device);
            if (number + 1 < plan->question_count) {
                if (!ask(state, device, number + 1)) return EMSGSIZE;
            } else {
                in_flight--;
            }
        }
    }
    return 0;
}

/// Finds the engine behind the first address, and makes an agent of it for each device.
static int find_engine(loop *state) {
    const cbench_snmp_plan *plan = state->plan;
    uint8_t *bytes = state->messages[0];
    long length = cnetsnmp_encode_discovery(1, 1, bytes, MESSAGE_SIZE);
    if (length < 0) return EMSGSIZE;
    queue(state, 0, bytes, length);
    flush(state);
    struct pollfd readable = {.fd = state->descriptor, .events = POLLIN};
    if (poll(&readable, 1, SILENCE_MILLISECONDS) == 0) return ETIMEDOUT;
    cnetsnmp_datagram datagrams[CNETSNMP_BATCH];
    uint32_t drops = 0;
    if (cnetsnmp_receive(state->receiver, state->descriptor, datagrams, &drops) < 1) return EIO;
    cnetsnmp_security security;
    cnetsnmp_decode_secure(datagrams[0].bytes, datagrams[0].length, NULL, 0, &state->decoded,
                           &security);
    uint8_t key[CNETSNMP_KEY_SIZE];
    const uint8_t *passphrase = (const uint8_t *)plan->passphrase;
    long size = cnetsnmp_derive_key("SHA-256", passphrase, strlen(plan->passphrase), key);
    if (size < 0 || security.engine_id_length == 0) return EINVAL;
    const cnetsnmp_identity identity = {.user = plan->user,
                                        .authentication = "SHA-256",
                                        .authentication_key = key,
                                        .authentication_key_length = (size_t)size,
                                        .privacy = "AES",
                                        .privacy_key = key,
                                        .privacy_key_length = (size_t)size};
    state->engine_found = time(NULL);
    state->agents = calloc(plan->device_count, sizeof *state->agents);
    if (!state->agents) return ENOMEM;
    for (uint32_t i = 0; i < plan->device_count; i++) {
        cnetsnmp_agent *agent = cnetsnmp_agent_create(&identity);
        if (!agent) return ENOMEM;
        state->agents[i] = agent;
        if (!cnetsnmp_agent_set_engine(agent, security.engine_id, security.engine_id_length))
            return EINVAL;
        cnetsnmp_agent_set_clock(agent, security.boots, security.seconds);
    }
    return 0;
}

int cbench_snmp(const cbench_snmp_plan *plan, cbench_snmp_result *result) {
    memset(result, 0, sizeof *result);
    for (uint32_t i = 0; i < plan->question_count; i++)
        if (plan->questions[i].count > MOST_OBJECTS) return EINVAL;
    int granted = 0;
    const cnetsnmp_endpoint anywhere = {.address_length = 0};
    loop state = {.plan = plan, .result = result};
    state.descriptor = cnetsnmp_socket_open(false, &anywhere, 4 << 20, &granted);
    if (state.descriptor < 0) return -state.descriptor;
    state.messages = malloc(CNETSNMP_BATCH * sizeof *state.messages);
    state.places = calloc(plan->device_count, sizeof *state.places);
    state.awaited = calloc(plan->device_count, sizeof *state.awaited);
    state.receiver = cnetsnmp_receiver_create();
    int error =
        state.messages && state.places && state.awaited && state.receiver ? 0 : ENOMEM;
    for (uint32_t i = 0; !error && i < plan->device_count; i++) {
        memcpy(state.places[i].arcs, table, sizeof table);
        state.places[i].count = sizeof table / sizeof *table;
    }
    if (!error && plan->user) error = find_engine(&state);
    if (!error) {
        uint64_t start = cpu_now();
        error = run(&state);
        result->cpu_nanoseconds = cpu_now() - start;
    }
    for (uint32_t i = 0; state.agents && i < plan->device_count; i++)
        cnetsnmp_agent_free(state.agents[i]);
    free(state.agents);
    cnetsnmp_receiver_destroy(state.receiver);
    cnetsnmp_message_free(&state.decoded);
    free(state.places);
    free(state.awaited);
    free(state.messages);
    close(state.descriptor);
    return error;
}
