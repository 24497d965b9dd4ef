/* Measurements compared: the model that text, JSON and pages draw, so that each number is computed once. */
#ifndef FOOTPRINT_COMPARE_H
#define FOOTPRINT_COMPARE_H

#include "footprint/imports.h"
#include "footprint/statistics.h"
#include "footprint/workers.h"

/* One figure of all subjects, and the measured one against the other build, or against the interpreter alone.
 */
struct compared {
    struct spread spreads[SUBJECTS_MOST];
    struct difference difference;
    bool all_zero; /* in every run of every subject: nothing to tell */
};

/* The subject that the measured one is held against. */
size_t import_other(const struct import_measurement *m);

/* The import's own figures are not those of an interpreter that imports nothing. */
struct compared compare_figure(const struct import_measurement *m, enum figure figure);
struct compared compare_kind(
    const struct import_measurement *m, enum region_kind kind, enum memory_field field);
struct compared compare_role(
    const struct import_measurement *m, enum file_role role, enum memory_field field);

/* Every run of both is equal. */
bool spreads_are_equal(const struct spread *a, const struct spread *b);

/* One figure of one subject. */
struct spread figure_spread(const struct subject_runs *s, enum figure figure);
struct spread kind_spread(const struct subject_runs *s, enum region_kind kind, enum memory_field field);
struct spread role_spread(const struct subject_runs *s, enum file_role role, enum memory_field field);
struct spread file_spread(const struct subject_runs *s, const struct file_runs *f, enum memory_field field);

/* One subject against another, as they are. */
struct difference figure_difference(
    const struct subject_runs *a, const struct subject_runs *b, enum figure figure);

/* Of workers: a figure at a moment, and as per cent of its median at the first moment; that fails where it
 * was nothing then. */
struct spread setup_spread(
    const struct fork_measurement *m, const struct setup_runs *s, size_t moment, enum fork_figure figure);
struct spread setup_ready(const struct fork_measurement *m, const struct setup_runs *s); /* milliseconds */
bool setup_percent(struct spread *percent, const struct fork_measurement *m, const struct setup_runs *s,
    size_t moment, enum fork_figure figure);

/* NULL when it was not measured. */
const struct setup_runs *fork_find_setup(const struct fork_measurement *m, enum fork_setup setup);

struct difference setup_difference(const struct fork_measurement *m, const struct setup_runs *a,
    const struct setup_runs *b, size_t moment, enum fork_figure figure);

#endif
