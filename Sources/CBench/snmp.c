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

typedef struct {
    const cbench_snmp_plan *plan;
    int descriptor;
    uint8_t (*messages)[MESSAGE_SIZE];
    cnetsnmp_outgoing outgoing[CNETSNMP_BATCH];
    unsigned queued;
    cnetsnmp_message decoded;
    cbench_snmp_result *result;
} loop;

static uint64_t cpu_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
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

/// Queues question `number` of `device`: sysUpTime.0, then octets in and out of interface 1, 2, …
static bool ask(loop *state, uint32_t device, uint32_t number) {
    uint32_t arcs[(MOST_OBJECTS + 1) * 11], counts[MOST_OBJECTS + 1], first = 0;
    const cbench_snmp_plan *plan = state->plan;
    for (uint32_t i = 0; i < number; i++) first += plan->object_counts[i];
    static const uint32_t up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
    memcpy(arcs, up_time, sizeof up_time);
    counts[0] = 9;
    uint32_t *next = arcs + 9;
    for (uint32_t i = 0; i < plan->object_counts[number]; i++) {
        uint32_t object = first + i;
        const uint32_t column[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, object % 2 ? 10 : 6, object / 2 + 1};
        memcpy(next, column, sizeof column);
        next += 12;
        counts[i + 1] = 12;
    }
    cnetsnmp_request request = {.type = cnetsnmp_pdu_get,
                                .request_id = (int32_t)(device * plan->message_count + number + 1),
                                .arcs = arcs,
                                .arc_counts = counts,
                                .oid_count = plan->object_counts[number] + 1};
    uint8_t *bytes = state->messages[state->queued];
    long length = cnetsnmp_encode(1, (const uint8_t *)plan->community, strlen(plan->community),
                                  &request, bytes, MESSAGE_SIZE);
    if (length < 0) return false;
    state->result->messages++;
    cnetsnmp_outgoing *out = &state->outgoing[state->queued++];
    memset(out, 0, sizeof *out);
    out->bytes = bytes;
    out->length = (uint32_t)length;
    uint32_t address = plan->first_address + device;
    for (int i = 0; i < 4; i++) out->to.address[i] = (uint8_t)(address >> (24 - 8 * i));
    out->to.address_length = 4;
    out->to.port = plan->port;
    if (state->queued == CNETSNMP_BATCH) flush(state);
    return true;
}

static uint64_t microseconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

/// How many devices may have been begun by now.
static uint32_t due(const loop *state, uint32_t begun, uint32_t in_flight, uint64_t elapsed) {
    const cbench_snmp_plan *plan = state->plan;
    if (!plan->spread_microseconds) {
        uint32_t room = plan->window > in_flight ? plan->window - in_flight : 0;
        return begun + room < plan->device_count ? begun + room : plan->device_count;
    }
    uint64_t count = elapsed * plan->device_count / plan->spread_microseconds + 1;
    return count < plan->device_count ? (uint32_t)count : plan->device_count;
}

static int run(loop *state, cnetsnmp_receiver *receiver) {
    const cbench_snmp_plan *plan = state->plan;
    uint32_t begun = 0, in_flight = 0;
    const uint64_t start = microseconds_now();
    const int pause =
        (int)(plan->spread_microseconds / plan->device_count / 1000u) + 1;
    while (begun < plan->device_count || in_flight > 0) {
        uint32_t last = due(state, begun, in_flight, microseconds_now() - start);
        while (begun < last) {
            if (!ask(state, begun++, 0)) return EMSGSIZE;
            in_flight++;
        }
        flush(state);
        struct pollfd readable = {.fd = state->descriptor, .events = POLLIN};
        bool is_pacing = plan->spread_microseconds && begun < plan->device_count;
        if (poll(&readable, 1, is_pacing ? pause : 1000) == 0) {
            if (is_pacing) continue;
            // Nobody answers those any more.
            in_flight = 0;
            continue;
        }
        cnetsnmp_datagram datagrams[CNETSNMP_BATCH];
        uint32_t drops = 0;
        int count = cnetsnmp_receive(receiver, state->descriptor,
                                     datagrams, &drops);
        for (int i = 0; i < count; i++) {
            if (cnetsnmp_decode(datagrams[i].bytes, datagrams[i].length, &state->decoded) !=
                cnetsnmp_decoded)
                continue;
            uint32_t id = (uint32_t)state->decoded.request_id - 1;
            uint32_t device = id / plan->message_count, number = id % plan->message_count;
            state->result->answers++;
            if (number + 1 < plan->message_count) {
                if (!ask(state, device, number + 1)) return EMSGSIZE;
            } else {
                in_flight--;
            }
        }
    }
    return 0;
}

int cbench_snmp(const cbench_snmp_plan *plan, cbench_snmp_result *result) {
    memset(result, 0, sizeof *result);
    for (uint32_t i = 0; i < plan->message_count; i++)
        if (plan->object_counts[i] > MOST_OBJECTS) return EINVAL;
    int granted = 0;
    const cnetsnmp_endpoint anywhere = {.address_length = 0};
    loop state = {.plan = plan, .result = result};
    state.descriptor = cnetsnmp_socket_open(false, &anywhere, 4 << 20, &granted);
    if (state.descriptor < 0) return -state.descriptor;
    state.messages = malloc(CNETSNMP_BATCH * sizeof *state.messages);
    cnetsnmp_receiver *receiver = cnetsnmp_receiver_create();
    int error = ENOMEM;
    if (state.messages && receiver) {
        uint64_t start = cpu_now();
        error = run(&state, receiver);
        result->cpu_nanoseconds = cpu_now() - start;
    }
    cnetsnmp_receiver_destroy(receiver);
    cnetsnmp_message_free(&state.decoded);
    free(state.messages);
    close(state.descriptor);
    return error;
}
