/* Findings in full, as they stand in tests/fixtures/audit/told: what they are called, the words, and the
 * remedy. Numbers are left out, which are the compiler's. UPDATE_GOLDEN=1 with that file removed writes it
 * anew; read the difference. */
#ifndef TESTS_UNIT_TOLD_H
#define TESTS_UNIT_TOLD_H

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/cleanup.h"
#include "sys/fs.h"

#define TOLD "tests/fixtures/audit/told"

static inline void add_told(struct strbuf *out, const char *text)
{
    strbuf_adds(out, "\n    ");
    for (const char *p = text ? text : "-"; *p; p++)
        if (!isdigit((unsigned char)*p))
            strbuf_addc(out, *p);
        else if (!isdigit((unsigned char)p[1]))
            strbuf_addc(out, '#');
}

/* Of one machine: others have other names and sizes in them. */
static inline void expect_told(const char *suite, const char *what, const struct finding *f)
{
#if defined __x86_64__
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf block = {0}, known = {0};
    const char *const words[] = {
        f->message, f->remedy, f->subject, f->library, f->symbol, f->version, f->policy};
    strbuf_addf(&block, "%s: %s: %s %s", suite, what, severity_name(f->severity), f->rule->id);
    for (size_t i = 0; i < COUNT(words); i++)
        add_told(&block, words[i]);
    strbuf_adds(&block, "\n\n");
    if (getenv("UPDATE_GOLDEN")) {
        AUTO_FCLOSE FILE *file = fopen(TOLD, "ae");
        ck_assert(file && fputs(strbuf_str(&block), file) >= 0);
        return;
    }
    ck_assert_msg(file_read(&known, TOLD, 1 << 20, &e) == 0, "%s", e.text);
    ck_assert_msg(
        strstr(strbuf_str(&known), strbuf_str(&block)) != NULL, "not in " TOLD ":\n%s", strbuf_str(&block));
#else
    (void)suite, (void)what, (void)f;
#endif
}

#endif
