/// A flat interface over net-snmp: its codec, and the datagram sockets that carry its messages.
///
/// net-snmp is used as a codec only (snmp_build, snmp_parse). It never opens a socket, reads a
/// file or keeps a session: those parts of it turn faults into silence. No pointer of the
/// library leaves this target. Everything here belongs to one thread.
#ifndef CNETSNMP_H
#define CNETSNMP_H

#include "codec.h"
#include "datagram.h"
#include "secure.h"

#endif
