/* `audit --together --prove`: what happens when wheels are imported into one process. Runs their code. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/workplace.h"
#include "ui/audit/proof.h"

static int install_all(
    struct workplace *p, struct subject *subjects, const struct strvec *wheels, struct err *e)
{
    static const struct strvec what_it_brings = {0};
    for (size_t i = 0; i < wheels->len; i++)
        if (subject_open(
                &subjects[i], &p->arena, wheels->items[i], &what_it_brings, &p->python, p->scratch, e) < 0)
            return -1;
    return 0;
}

static int conclude(const struct together *t, struct err *e)
{
    size_t bad = 0, dead = 0;
    for (size_t i = 0; i < t->order_count; i++)
        bad += t->orders[i].end != TOGETHER_WORKS;
    for (size_t i = 0; i < t->member_count; i++)
        dead += t->alone[i].end == TOGETHER_DIES;
    if (bad)
        return err_set(e, ERR_FINDINGS, "%zu of %zu orders of imports do not work", bad, t->order_count);
    if (dead)
        return err_set(e, ERR_FINDINGS, "%zu of %zu wheels die of their own import", dead, t->member_count);
    if (!t->order_count)
        return err_set(e, ERR_FINDINGS, "nothing was tried: fewer than two wheels can be imported alone");
    return 0;
}

static int prove(struct workplace *p, const struct invocation *inv, struct subject *subjects, struct err *e)
{
    size_t count = inv->arguments.len;
    AUTO_FREE struct together_member *members = xcalloc(count, sizeof *members);
    if (install_all(p, subjects, &inv->arguments, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        members[i] = (struct together_member){subjects[i].label, subjects[i].site, &subjects[i].names};
    struct together t;
    AUTO(strbuf) struct strbuf out = {0};
    int status = together_run(&t, &p->python, members, count, e);
    if (status == 0) {
        if (inv->format == FORMAT_JSON)
            report_proof_json(&out, &t);
        else
            report_proof(&out, &t, style_of(stdout));
        status = output_put(&out, e);
    }
    if (status == 0)
        status = conclude(&t, e);
    together_release(&t);
    return status;
}

int audit_prove(const struct invocation *inv, struct err *e)
{
    struct workplace p;
    output_complain("audit --prove: runs the code of these wheels now");
    AUTO_FREE struct subject *subjects = xcalloc(inv->arguments.len, sizeof *subjects);
    int status = workplace_open(&p, inv, e);
    if (status == 0)
        status = prove(&p, inv, subjects, e);
    for (size_t i = 0; i < inv->arguments.len; i++)
        subject_release(&subjects[i]);
    workplace_release(&p);
    return status;
}
