/* glibc 2.34 gave these the names that <resolv.h> has always documented; until then that header was a list of
 * macros which made the longer ones of them. */
struct __res_state;

#define NAMED(name, parameters, arguments) \
    int __##name parameters;               \
    int name parameters                    \
    {                                      \
        return __##name arguments;         \
    }

typedef unsigned char byte;

NAMED(dn_comp, (const char *name, byte *out, int len, byte **names, byte **end), (name, out, len, names, end))
NAMED(dn_expand, (const byte *message, const byte *end, const byte *from, char *out, int len),
    (message, end, from, out, len))
NAMED(dn_skipname, (const byte *from, const byte *end), (from, end))
NAMED(res_dnok, (const char *name), (name))
NAMED(res_hnok, (const char *name), (name))
NAMED(res_mailok, (const char *name), (name))
NAMED(res_ownok, (const char *name), (name))
NAMED(res_query, (const char *name, int class, int type, byte *out, int len), (name, class, type, out, len))
NAMED(res_querydomain, (const char *name, const char *domain, int class, int type, byte *out, int len),
    (name, domain, class, type, out, len))
NAMED(res_search, (const char *name, int class, int type, byte *out, int len), (name, class, type, out, len))
NAMED(res_send, (const byte *message, int len, byte *out, int out_len), (message, len, out, out_len))
NAMED(res_mkquery,
    (int op, const char *name, int class, int type, const byte *data, int len, const byte *newer, byte *out,
        int out_len),
    (op, name, class, type, data, len, newer, out, out_len))
NAMED(res_nquery, (struct __res_state * state, const char *name, int class, int type, byte *out, int len),
    (state, name, class, type, out, len))
NAMED(res_nsearch, (struct __res_state * state, const char *name, int class, int type, byte *out, int len),
    (state, name, class, type, out, len))
NAMED(res_nquerydomain,
    (struct __res_state * state, const char *name, const char *domain, int class, int type, byte *out,
        int len),
    (state, name, domain, class, type, out, len))
NAMED(res_nmkquery,
    (struct __res_state * state, int op, const char *name, int class, int type, const byte *data, int len,
        const byte *newer, byte *out, int out_len),
    (state, op, name, class, type, data, len, newer, out, out_len))
NAMED(res_nsend, (struct __res_state * state, const byte *message, int len, byte *out, int out_len),
    (state, message, len, out, out_len))
