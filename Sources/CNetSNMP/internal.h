/// What the files of this target share; nobody else sees it.
#ifndef CNETSNMP_INTERNAL_H
#define CNETSNMP_INTERNAL_H

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include "codec.h"

/// A PDU of the library's for `request`, to be freed with snmp_free_pdu; NULL when it cannot be.
netsnmp_pdu *internal_pdu(const cnetsnmp_request *request);

/// Builds a message; the number of bytes, or -1.
long internal_build(netsnmp_session *session, netsnmp_pdu *pdu, uint8_t *into, size_t capacity);

/// Copies a parsed PDU; false without memory.
bool internal_keep(cnetsnmp_message *message, const netsnmp_pdu *pdu);

#endif
