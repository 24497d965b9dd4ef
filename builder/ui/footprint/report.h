/* What `footprint` measured, as text, JSON (templates/schema/footprint.schema.json) or one HTML page. */
#ifndef UI_FOOTPRINT_REPORT_H
#define UI_FOOTPRINT_REPORT_H

#include "footprint/imports.h"
#include "footprint/module.h"
#include "footprint/programs.h"
#include "footprint/view.h"
#include "footprint/workers.h"
#include "json/json.h"
#include "ui/text/layout.h"

/* A file that was not run. details: every section, every source file. */
void report_module(struct strbuf *out, const struct module_footprint *m, bool details, struct style style);
void report_module_json(struct json *object, const struct module_footprint *m);

/* A process. details: every file. */
void report_process(struct strbuf *out, const struct process_view *v, bool details, struct style style);
void report_process_json(struct json *object, const struct process_view *v);

/* All programs of the machine. details: those that take little, too. */
void report_programs(struct strbuf *out, const struct program_list *l, bool details, struct style style);
void report_programs_json(struct json *object, const struct program_list *l);

/* An import. details: all fields of each kind, and every file. */
void report_import(struct strbuf *out, const struct import_measurement *m, bool details, struct style style);
void report_import_json(struct json *object, const struct import_measurement *m);

/* Workers. details: all figures. */
void report_fork(struct strbuf *out, const struct fork_measurement *m, bool details, struct style style);
void report_fork_json(struct json *object, const struct fork_measurement *m);

/* The same as cards of the page; number tells several apart. */
struct page;
void module_card(
    struct strbuf *out, const struct module_footprint *m, size_t number, const struct page *page);
void process_card(struct strbuf *out, const struct process_view *v, const struct page *page);
void import_card(struct strbuf *out, const struct import_measurement *m, const struct page *page);
void fork_card(struct strbuf *out, const struct fork_measurement *m, const struct page *page);

/* Adds the whole page with these cards. */
void footprint_page(
    struct strbuf *out, const char *title, const struct strbuf *cards, const struct page *page);

/* The frame of the document: format and program, and null for each kind of result that it could have. */
struct json *footprint_document(void);

#endif
