/* What measured numbers mean, in sentences: what a reader who is no expert asks first. */
#ifndef FOOTPRINT_MEANING_H
#define FOOTPRINT_MEANING_H

#include "footprint/imports.h"
#include "footprint/view.h"
#include "footprint/workers.h"

/* Adds sentences. */
void module_meaning(struct strvec *out, const struct module_footprint *m);
void process_meaning(struct strvec *out, const struct process_view *v);
void import_meaning(struct strvec *out, const struct import_measurement *m);
void fork_meaning(struct strvec *out, const struct fork_measurement *m);

/* Word i of the glossary; NULL past the end. */
struct footprint_word {
    const char *name, *meaning;
};
const struct footprint_word *footprint_word_at(size_t i);

#endif
