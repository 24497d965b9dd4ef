/* What logs of build tools mean: the commonest causes of a failure, and what can be done. */
#ifndef BUILD_CAUSES_H
#define BUILD_CAUSES_H

#include "base/str.h"

enum { CAUSES_MAX = 3 };

struct causes {
    struct cause {
        const char *means; /* with NAME where the name stands */
        struct slice name; /* of what is missing, in the log; ptr NULL: none */
        bool is_header;    /* a file to be included */
    } items[CAUSES_MAX];
    size_t len;
};

/* Adds the causes that a log names, each once, in the order of their places. *c points into the log. */
void causes_find(struct causes *c, struct slice log);

/* The sentence of one. */
void cause_write(struct strbuf *out, const struct cause *c);

/* What configure gave up for, by its config.log, with the first line that the test said which failed last;
 * what CMake's last failed test said, by its CMakeError.log or CMakeConfigureLog.yaml. False: it does not
 * say. */
bool causes_configure(struct strbuf *out, struct slice config_log);
bool causes_cmake(struct strbuf *out, struct slice error_log);

#endif
