#ifndef CNETSNMP_SECURE_H
#define CNETSNMP_SECURE_H

#include "codec.h"

/// SNMPv3 with the User-based Security Model (RFC 3412, RFC 3414).
///
/// The library keeps users and clocks of all engines in global lists, which makes every message
/// slower with every device, and lets two devices with one engineID break each other. Here each
/// agent has a user and a clock of its own; they are in the library's lists only while one of
/// its messages is built or parsed.

#define CNETSNMP_KEY_SIZE 64
#define CNETSNMP_ENGINE_ID_SIZE 32

/// Message levels (RFC 3411 §3.4.3).
typedef enum {
    cnetsnmp_no_auth = 1,
    cnetsnmp_auth = 2,
    cnetsnmp_auth_priv = 3
} cnetsnmp_level;

/// Derives a user's key from a passphrase (RFC 3414 §2.6; not yet localised to an engine).
/// `protocol` is net-snmp's name of the authentication protocol, for privacy keys too.
/// Touches no state of the library's: it may run on any thread.
/// Returns the length of the key, or -1 when the passphrase is too short or the name unknown.
long cnetsnmp_derive_key(const char *protocol, const uint8_t *passphrase, size_t length,
                         uint8_t key[CNETSNMP_KEY_SIZE]);

/// How one talks to an agent. Names are the library's; NULL where there is none. Keys are
/// those of `cnetsnmp_derive_key`.
typedef struct {
    const char *user;
    const char *authentication;
    const uint8_t *authentication_key;
    size_t authentication_key_length;
    const char *privacy;
    const uint8_t *privacy_key;
    size_t privacy_key_length;
    const char *context;
    const uint8_t *context_engine_id;
    size_t context_engine_id_length;
} cnetsnmp_identity;

/// One agent: a user, and what is known of its engine.
typedef struct cnetsnmp_agent cnetsnmp_agent;

/// Copies `identity`. NULL when the library lacks a protocol, or without memory.
cnetsnmp_agent *cnetsnmp_agent_create(const cnetsnmp_identity *identity);
void cnetsnmp_agent_free(cnetsnmp_agent *agent);

/// Localises the keys to an engine (RFC 3414 §2.6). Its clock is unknown after this.
bool cnetsnmp_agent_set_engine(cnetsnmp_agent *agent, const uint8_t *engine_id, size_t length);

/// The engine's clock as last heard (RFC 3414 §2.2.1); 0, 0 when unknown.
void cnetsnmp_agent_set_clock(cnetsnmp_agent *agent, uint32_t boots, uint32_t seconds);
void cnetsnmp_agent_clock(const cnetsnmp_agent *agent, uint32_t *boots, uint32_t *seconds);

/// A request. `elapsed` is the seconds since the agent's clock was heard.
/// Returns the number of bytes, or -1.
long cnetsnmp_encode_secure(cnetsnmp_agent *agent, cnetsnmp_level level, uint32_t elapsed,
                            int32_t message_id, const cnetsnmp_request *request, uint8_t *into,
                            size_t capacity);

/// The question for an agent's engineID (RFC 3414 §4): no user, no objects.
long cnetsnmp_encode_discovery(int32_t message_id, int32_t request_id, uint8_t *into,
                               size_t capacity);

/// What a REPORT says (RFC 3412 §5, RFC 3414 §5).
typedef enum {
    cnetsnmp_report_none = 0,
    cnetsnmp_report_level,
    cnetsnmp_report_time_window,
    cnetsnmp_report_user,
    cnetsnmp_report_engine_id,
    cnetsnmp_report_digest,
    cnetsnmp_report_decryption,
    cnetsnmp_report_other
} cnetsnmp_report;

/// What secures a decoded message.
typedef struct {
    int32_t message_id;
    /// Of the message itself.
    cnetsnmp_level level;
    cnetsnmp_report report;
    uint8_t engine_id[CNETSNMP_ENGINE_ID_SIZE];
    size_t engine_id_length;
    /// The digest was right, but the engine has booted less often than it had.
    bool is_clock_behind;
    /// The message proved a clock that is not the one the agent was known to have.
    bool has_heard_clock;
    /// The message came from another engine than the agent's.
    bool is_other_engine;
    /// The engine's clock as the answer to a discovery gave it, unproven; 0, 0 otherwise.
    uint32_t boots, seconds;
} cnetsnmp_security;

/// Decodes an SNMPv3 packet that is followed by CNETSNMP_PADDING zero bytes. NULL for `agent`
/// takes answers to a discovery. Updates the agent's clock where the message proves it.
cnetsnmp_decode_result cnetsnmp_decode_secure(const uint8_t *packet, size_t length,
                                              cnetsnmp_agent *agent, uint32_t elapsed,
                                              cnetsnmp_message *into,
                                              cnetsnmp_security *security);

#endif
