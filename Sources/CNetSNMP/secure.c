#define _GNU_SOURCE
#include "secure.h"

#include "internal.h"

#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/scapi.h>

#include <stdlib.h>
#include <string.h>

struct cnetsnmp_agent {
    /// Never opened: the codec reads user, protocols, keys and context from it.
    netsnmp_session session;
    /// Outside of the library's list but while a message is built or parsed; NULL until the
    /// engine is known.
    struct usmUser *user;
    uint8_t engine_id[CNETSNMP_ENGINE_ID_SIZE];
    size_t engine_id_length;
    uint32_t boots, seconds;
};

static const oid *authentication_oid(const char *name, size_t *length) {
    if (!name) {
        *length = USM_AUTH_PROTO_NOAUTH_LEN;
        return usmNoAuthProtocol;
    }
    int type = usm_lookup_auth_type(name);
    return type < 0 ? NULL : sc_get_auth_oid(type, length);
}

static const oid *privacy_oid(const char *name, size_t *length) {
    if (!name) {
        *length = USM_PRIV_PROTO_NOPRIV_LEN;
        return usmNoPrivProtocol;
    }
    int type = usm_lookup_priv_type(name);
    return type < 0 ? NULL : sc_get_priv_oid(type, length);
}

long cnetsnmp_derive_key(const char *protocol, const uint8_t *passphrase, size_t length,
                         uint8_t key[CNETSNMP_KEY_SIZE]) {
    size_t oid_length, key_length = CNETSNMP_KEY_SIZE;
    const oid *type = protocol ? authentication_oid(protocol, &oid_length) : NULL;
    if (!type || length < USM_LENGTH_P_MIN) return -1;
    if (generate_Ku(type, (u_int)oid_length, passphrase, length, key, &key_length) != 0) return -1;
    return (long)key_length;
}

cnetsnmp_agent *cnetsnmp_agent_create(const cnetsnmp_identity *identity) {
    size_t auth_length, priv_length;
    const oid *auth = authentication_oid(identity->authentication, &auth_length);
    const oid *priv = privacy_oid(identity->privacy, &priv_length);
    if (!auth || !priv || identity->authentication_key_length > USM_AUTH_KU_LEN ||
        identity->privacy_key_length > USM_PRIV_KU_LEN)
        return NULL;
    cnetsnmp_agent *agent = calloc(1, sizeof *agent);
    if (!agent) return NULL;
    netsnmp_session *session = &agent->session;
    snmp_sess_init(session);
    session->version = SNMP_VERSION_3;
    session->securityModel = SNMP_SEC_MODEL_USM;
    session->securityLevel = identity->privacy          ? SNMP_SEC_LEVEL_AUTHPRIV
                             : identity->authentication ? SNMP_SEC_LEVEL_AUTHNOPRIV
                                                        : SNMP_SEC_LEVEL_NOAUTH;
    session->rcvMsgMaxSize = session->sndMsgMaxSize = 65507;
    session->securityName = strdup(identity->user);
    session->contextName = strdup(identity->context ? identity->context : "");
    session->securityAuthProto = snmp_duplicate_objid(auth, auth_length);
    session->securityPrivProto = snmp_duplicate_objid(priv, priv_length);
    session->securityAuthProtoLen = auth_length;
    session->securityPrivProtoLen = priv_length;
    bool is_complete = session->securityName && session->contextName &&
                       session->securityAuthProto && session->securityPrivProto;
    if (is_complete && identity->context_engine_id_length) {
        session->contextEngineID = malloc(identity->context_engine_id_length);
        is_complete = session->contextEngineID != NULL;
    }
    if (!is_complete) {
        cnetsnmp_agent_free(agent);
        return NULL;
    }
    session->securityNameLen = strlen(session->securityName);
    session->contextNameLen = strlen(session->contextName);
    session->contextEngineIDLen = identity->context_engine_id_length;
    if (session->contextEngineIDLen)
        memcpy(session->contextEngineID, identity->context_engine_id, session->contextEngineIDLen);
    session->securityAuthKeyLen = identity->authentication_key_length;
    session->securityPrivKeyLen = identity->privacy_key_length;
    if (session->securityAuthKeyLen)
        memcpy(session->securityAuthKey, identity->authentication_key, session->securityAuthKeyLen);
    if (session->securityPrivKeyLen)
        memcpy(session->securityPrivKey, identity->privacy_key, session->securityPrivKeyLen);
    return agent;
}

void cnetsnmp_agent_free(cnetsnmp_agent *agent) {
    if (!agent) return;
    if (agent->user) usm_free_user(agent->user);
    free(agent->session.securityName);
    free(agent->session.contextName);
    free(agent->session.contextEngineID);
    free(agent->session.securityAuthProto);
    free(agent->session.securityPrivProto);
    explicit_bzero(agent, sizeof *agent);
    free(agent);
}

/// Puts the agent's user and clock into the library's lists: the clock as it was heard, so long
/// ago. So an engine whose clock runs slow may still tell a later time than it did before.
static void enter_lists(cnetsnmp_agent *agent, uint32_t elapsed) {
    if (!agent->user) return;
    usm_add_user(agent->user);
    if (agent->boots == 0 && agent->seconds == 0) return;
    set_enginetime(agent->engine_id, (u_int)agent->engine_id_length, agent->boots, agent->seconds,
                   TRUE);
    Enginetime known = search_enginetime_list(agent->engine_id, (u_int)agent->engine_id_length);
    if (known) known->lastReceivedEngineTime -= elapsed;
}

/// Takes them out again. Returns whether the library heard another clock than it was given.
static bool leave_lists(cnetsnmp_agent *agent) {
    bool has_heard = false;
    if (agent->user) {
        usm_remove_user(agent->user);
        agent->user->next = agent->user->prev = NULL;
        Enginetime known = search_enginetime_list(agent->engine_id, (u_int)agent->engine_id_length);
        if (known && (known->engineBoot || known->engineTime) &&
            (known->engineBoot != agent->boots || known->engineTime != agent->seconds)) {
            agent->boots = known->engineBoot;
            agent->seconds = known->engineTime;
            has_heard = true;
        }
    }
    // The parser makes an entry for whatever engine a packet names, before it is proved.
    free_etimelist();
    return has_heard;
}

bool cnetsnmp_agent_set_engine(cnetsnmp_agent *agent, const uint8_t *engine_id, size_t length) {
    if (length == 0 || length > CNETSNMP_ENGINE_ID_SIZE) return false;
    if (agent->user) usm_free_user(agent->user);
    agent->user = NULL;
    memcpy(agent->engine_id, engine_id, length);
    agent->engine_id_length = length;
    agent->boots = agent->seconds = 0;
    netsnmp_session *session = &agent->session;
    session->flags &= ~(u_long)SNMP_FLAGS_USER_CREATED;
    session->securityEngineID = agent->engine_id;
    session->securityEngineIDLen = length;
    int result = usm_create_user_from_session(session);
    if (result == SNMPERR_SUCCESS)
        agent->user = usm_get_user(agent->engine_id, length, session->securityName);
    if (agent->user) {
        usm_remove_user(agent->user);
        agent->user->next = agent->user->prev = NULL;
    }
    free_etimelist();
    return agent->user != NULL;
}

void cnetsnmp_agent_set_clock(cnetsnmp_agent *agent, uint32_t boots, uint32_t seconds) {
    agent->boots = boots;
    agent->seconds = seconds;
}

void cnetsnmp_agent_clock(const cnetsnmp_agent *agent, uint32_t *boots, uint32_t *seconds) {
    *boots = agent->boots;
    *seconds = agent->seconds;
}

long cnetsnmp_encode_secure(cnetsnmp_agent *agent, cnetsnmp_level level, uint32_t elapsed,
                            int32_t message_id, const cnetsnmp_request *request, uint8_t *into,
                            size_t capacity) {
    if (!agent->user) return -1;
    netsnmp_pdu *pdu = internal_pdu(request);
    if (!pdu) return -1;
    pdu->version = SNMP_VERSION_3;
    pdu->msgid = message_id;
    pdu->securityLevel = (int)level;
    pdu->securityModel = SNMP_SEC_MODEL_USM;
    enter_lists(agent, elapsed);
    long length = internal_build(&agent->session, pdu, into, capacity);
    leave_lists(agent);
    snmp_free_pdu(pdu);
    return length;
}

/// A session without a user.
static netsnmp_session *nobody(void) {
    static netsnmp_session session;
    static bool is_ready;
    if (!is_ready) {
        snmp_sess_init(&session);
        session.version = SNMP_VERSION_3;
        session.securityModel = SNMP_SEC_MODEL_USM;
        session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
        session.rcvMsgMaxSize = session.sndMsgMaxSize = 65507;
        session.securityName = "";
        session.contextName = "";
        is_ready = true;
    }
    return &session;
}

long cnetsnmp_encode_discovery(int32_t message_id, int32_t request_id, uint8_t *into,
                               size_t capacity) {
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);
    if (!pdu) return -1;
    pdu->version = SNMP_VERSION_3;
    pdu->msgid = message_id;
    pdu->reqid = request_id;
    pdu->securityName = strdup("");
    pdu->securityNameLen = 0;
    pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
    pdu->securityModel = SNMP_SEC_MODEL_USM;
    long length = internal_build(nobody(), pdu, into, capacity);
    snmp_free_pdu(pdu);
    return length;
}

static cnetsnmp_report report_of(netsnmp_pdu *pdu) {
    if (pdu->command != SNMP_MSG_REPORT) return cnetsnmp_report_none;
    switch (snmpv3_get_report_type(pdu)) {
        case SNMPERR_UNSUPPORTED_SEC_LEVEL: return cnetsnmp_report_level;
        case SNMPERR_NOT_IN_TIME_WINDOW: return cnetsnmp_report_time_window;
        case SNMPERR_UNKNOWN_USER_NAME: return cnetsnmp_report_user;
        case SNMPERR_UNKNOWN_ENG_ID: return cnetsnmp_report_engine_id;
        case SNMPERR_AUTHENTICATION_FAILURE: return cnetsnmp_report_digest;
        case SNMPERR_DECRYPTION_ERR: return cnetsnmp_report_decryption;
        default: return cnetsnmp_report_other;
    }
}

cnetsnmp_decode_result cnetsnmp_decode_secure(const uint8_t *packet, size_t length,
                                              cnetsnmp_agent *agent, uint32_t elapsed,
                                              cnetsnmp_message *into,
                                              cnetsnmp_security *security) {
    memset(security, 0, sizeof *security);
    into->varbind_count = 0;
    cnetsnmp_head head;
    cnetsnmp_decode_result readable = cnetsnmp_read_head(packet, length, &head);
    if (readable != cnetsnmp_decoded) return readable;
    if (head.version != 3) return cnetsnmp_unknown_version;
    netsnmp_pdu *pdu = calloc(1, sizeof *pdu);
    if (!pdu) return cnetsnmp_out_of_memory;
    if (agent) enter_lists(agent, elapsed);
    int result = snmp_parse(NULL, agent ? &agent->session : nobody(), pdu, (u_char *)packet, length);
    security->has_heard_clock = agent && leave_lists(agent);
    security->message_id = head.message_id;
    // What the flags say counts only where the digest was right.
    security->level = result == 0 || result == SNMPERR_USM_NOTINTIMEWINDOW
                          ? (cnetsnmp_level)pdu->securityLevel
                          : cnetsnmp_no_auth;
    security->report = report_of(pdu);
    if (pdu->securityEngineID && pdu->securityEngineIDLen <= CNETSNMP_ENGINE_ID_SIZE) {
        memcpy(security->engine_id, pdu->securityEngineID, pdu->securityEngineIDLen);
        security->engine_id_length = pdu->securityEngineIDLen;
    }
    if (!agent) {
        u_int boots = 0, seconds = 0;
        if (security->engine_id_length &&
            get_enginetime(security->engine_id, (u_int)security->engine_id_length, &boots,
                           &seconds, FALSE) == SNMPERR_SUCCESS) {
            security->boots = boots;
            security->seconds = seconds;
        }
        free_etimelist();
    }
    security->is_clock_behind = result == SNMPERR_USM_NOTINTIMEWINDOW;
    security->is_other_engine =
        agent && agent->user && security->engine_id_length &&
        (security->engine_id_length != agent->engine_id_length ||
         memcmp(security->engine_id, agent->engine_id, agent->engine_id_length) != 0);
    cnetsnmp_decode_result outcome = cnetsnmp_refused;
    if (result == 0) outcome = internal_keep(into, pdu) ? cnetsnmp_decoded : cnetsnmp_out_of_memory;
    snmp_free_pdu(pdu);
    return outcome;
}
