#define _GNU_SOURCE
#include "datagram.h"

#include "codec.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
// Needs <time.h> before it.
#include <linux/errqueue.h>

#define SLOT_SIZE (CNETSNMP_DATAGRAM_SIZE + CNETSNMP_PADDING)
#define CONTROL_SIZE 256

struct cnetsnmp_receiver {
    struct mmsghdr headers[CNETSNMP_BATCH];
    struct iovec vectors[CNETSNMP_BATCH];
    struct sockaddr_storage names[CNETSNMP_BATCH];
    _Alignas(struct cmsghdr) char controls[CNETSNMP_BATCH][CONTROL_SIZE];
    uint8_t slots[CNETSNMP_BATCH][SLOT_SIZE];
};

static socklen_t write_endpoint(const cnetsnmp_endpoint *endpoint, struct sockaddr_storage *into) {
    memset(into, 0, sizeof *into);
    if (endpoint->address_length == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)into;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(endpoint->port);
        memcpy(&v4->sin_addr, endpoint->address, 4);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)into;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint->port);
    memcpy(&v6->sin6_addr, endpoint->address, 16);
    return sizeof *v6;
}

int cnetsnmp_socket_open(bool family_v6, const cnetsnmp_endpoint *source, int receive_buffer,
                         int *granted) {
    int descriptor =
        socket(family_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    const int on = 1;
    int failed = 0;
    if (family_v6) {
        failed |= setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        failed |= setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    } else {
        failed |= setsockopt(descriptor, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    }
    failed |= setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    failed |= setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    failed |= setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    socklen_t size = sizeof *granted;
    failed |= getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, granted, &size);
    if (source->address_length) {
        struct sockaddr_storage name;
        socklen_t length = write_endpoint(source, &name);
        failed |= bind(descriptor, (const struct sockaddr *)&name, length);
    }
    if (failed) {
        int reason = errno;
        close(descriptor);
        return -reason;
    }
    return descriptor;
}

cnetsnmp_receiver *cnetsnmp_receiver_create(void) {
    cnetsnmp_receiver *receiver = calloc(1, sizeof *receiver);
    if (!receiver) return NULL;
    for (int i = 0; i < CNETSNMP_BATCH; i++)
        receiver->vectors[i] =
            (struct iovec){.iov_base = receiver->slots[i], .iov_len = CNETSNMP_DATAGRAM_SIZE};
    return receiver;
}

void cnetsnmp_receiver_destroy(cnetsnmp_receiver *receiver) { free(receiver); }

static void read_endpoint(const struct sockaddr_storage *name, cnetsnmp_endpoint *into) {
    memset(into, 0, sizeof *into);
    if (name->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)name;
        memcpy(into->address, &v4->sin_addr, 4);
        into->address_length = 4;
        into->port = ntohs(v4->sin_port);
    } else if (name->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)name;
        memcpy(into->address, &v6->sin6_addr, 16);
        into->address_length = 16;
        into->port = ntohs(v6->sin6_port);
    }
}

static int64_t age(const struct timespec *received) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (now.tv_sec - received->tv_sec) * 1000000000LL + (now.tv_nsec - received->tv_nsec);
}

static void read_control(struct msghdr *header, cnetsnmp_datagram *into, uint32_t *drops) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET) continue;
        if (c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec received;
            memcpy(&received, CMSG_DATA(c), sizeof received);
            into->age_nanoseconds = age(&received);
        } else if (c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(drops, CMSG_DATA(c), sizeof *drops);
        }
    }
}

int cnetsnmp_receive(cnetsnmp_receiver *receiver, int descriptor, cnetsnmp_datagram *into,
                     uint32_t *drops) {
    for (int i = 0; i < CNETSNMP_BATCH; i++)
        receiver->headers[i].msg_hdr = (struct msghdr){.msg_name = &receiver->names[i],
                                                       .msg_namelen = sizeof receiver->names[i],
                                                       .msg_iov = &receiver->vectors[i],
                                                       .msg_iovlen = 1,
                                                       .msg_control = receiver->controls[i],
                                                       .msg_controllen = CONTROL_SIZE};
    int count = recvmmsg(descriptor, receiver->headers, CNETSNMP_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        struct mmsghdr *header = &receiver->headers[i];
        into[i] = (cnetsnmp_datagram){
            .bytes = receiver->slots[i],
            .length = header->msg_len,
            .is_truncated = (header->msg_hdr.msg_flags & MSG_TRUNC) != 0};
        memset(receiver->slots[i] + header->msg_len, 0, CNETSNMP_PADDING);
        read_endpoint(&receiver->names[i], &into[i].from);
        read_control(&header->msg_hdr, &into[i], drops);
    }
    return count;
}

int cnetsnmp_receive_error(int descriptor, cnetsnmp_network_error *into) {
    struct sockaddr_storage name;
    _Alignas(struct cmsghdr) char control[512];
    char payload[1];
    struct iovec vector = {.iov_base = payload, .iov_len = sizeof payload};
    struct msghdr header = {.msg_name = &name,
                            .msg_namelen = sizeof name,
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
    if (recvmsg(descriptor, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    read_endpoint(&name, &into->to);
    into->error = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        bool is_v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
        bool is_v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
        if (!is_v4 && !is_v6) continue;
        struct sock_extended_err extended;
        memcpy(&extended, CMSG_DATA(c), sizeof extended);
        into->error = (int32_t)extended.ee_errno;
    }
    return 1;
}

int cnetsnmp_send(int descriptor, const cnetsnmp_outgoing *messages, unsigned count) {
    struct mmsghdr headers[CNETSNMP_BATCH];
    struct iovec vectors[CNETSNMP_BATCH];
    struct sockaddr_storage names[CNETSNMP_BATCH];
    if (count > CNETSNMP_BATCH) count = CNETSNMP_BATCH;
    memset(headers, 0, sizeof *headers * count);
    for (unsigned i = 0; i < count; i++) {
        vectors[i] =
            (struct iovec){.iov_base = (void *)messages[i].bytes, .iov_len = messages[i].length};
        headers[i].msg_hdr =
            (struct msghdr){.msg_name = &names[i],
                            .msg_namelen = write_endpoint(&messages[i].to, &names[i]),
                            .msg_iov = &vectors[i],
                            .msg_iovlen = 1};
    }
    int sent = sendmmsg(descriptor, headers, count, MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

int cnetsnmp_wakeup_open(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}
