/* What the findings of a file, and of many, come to: what a reader wants to know first. */
#ifndef AUDIT_SUMMARY_H
#define AUDIT_SUMMARY_H

#include "audit/files.h"

/* A finding and the report it stands in, NULL for the file as such. */
struct placed_finding {
    const struct finding *finding;
    const struct audit_report *module;
};

/* All findings of a file, most serious first; the caller frees the array. */
struct placed_finding *audited_findings(const struct audited *a, size_t *count);

/* Adds the rules with an error, each once: what stands between a file and its claim. */
void audited_failing_rules(struct strvec *rules, const struct audited *a);

/* Adds what keeps the file from an older platform than it earns: "GLIBC_2.34 of libc.so.6 (fcntl64, …)", at
 * most four. */
void audited_limits(struct strvec *limits, const struct audited *a);

/* A claim between two published policies holds below the one that is earned. */
bool audited_claims_between(const struct audited *a);

/* Findings of one rule and severity in many files. */
struct audit_sum {
    const struct rule *rule;
    enum severity severity;
    size_t findings, files;
    size_t alone; /* files that do not pass because of this rule and of nothing else */
    char *remedy; /* of the first that has one; NULL */
};

/* Zeroed is empty. */
struct audit_sums {
    VEC(struct audit_sum) list;
};

/* Adds the findings of one file, those of its members among them; what others added up. */
void audit_sums_count(struct audit_sums *sums, const struct audited *a, enum severity least);
struct audit_sum *audit_sum_of(struct audit_sums *sums, const struct rule *rule, enum severity severity);
void audit_sums_add(struct audit_sums *sums, const struct audit_sums *more);
void audit_sums_release(struct audit_sums *sums);

/* The sums in the order in which they are to be told: the most serious first, then those that would mend most
 * files, then those with most findings. The caller frees the array. */
const struct audit_sum **audit_sums_ordered(const struct audit_sums *sums);

/* What all files came to. Zeroed is empty. */
struct audit_totals {
    size_t files, failed; /* that were judged; that do not pass */
    size_t errors, warnings, notes;
    struct strvec unread;  /* why, for each that could not be judged */
    struct strvec failing; /* paths of the first that do not pass */
    struct audit_sums sums;
};

/* Counts a file; its sums are added by themselves. */
void audit_totals_add(struct audit_totals *totals, const struct audited *a);
void audit_totals_release(struct audit_totals *totals);

#endif
