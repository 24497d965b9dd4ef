/* The texts of a wheel's dist-info folder. */
#ifndef WHEEL_DIST_INFO_H
#define WHEEL_DIST_INFO_H

#include "wheel/pack.h"

/* "pyzmq-27.1.0": what the file and the dist-info folder are named after; the caller frees it. */
char *dist_info_stem(const struct wheel_metadata *m, struct err *e);

/* Adds METADATA: the gathered fields with License-Expression joined with what is inside and one License-File
 * for each of license_files. */
int dist_info_metadata(
    struct strbuf *out, const struct wheel_request *r, const struct strvec *license_files, struct err *e);

/* Adds WHEEL: one Tag line for each expansion of the tags, sorted. */
void dist_info_wheel(struct strbuf *out, const struct wheel_name *name);

/* Adds entry_points.txt. */
void dist_info_entry_points(struct strbuf *out, const struct wheel_metadata *m);

/* Adds one line of RECORD; digest NULL is RECORD's own line. */
void record_line(struct strbuf *out, const char *path, const struct digest *digest, size_t size_bytes);

#endif
