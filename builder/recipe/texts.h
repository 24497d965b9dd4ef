/* What the texts of a recipe must look like. Each check gives NULL when text is fine, else the end of a
 * sentence that begins with the text: "is not a version, as in 4.3.4". */
#ifndef RECIPE_TEXTS_H
#define RECIPE_TEXTS_H

#include "base/arena.h"

const char *check_recipe_name(struct arena *a, const char *text);
const char *check_feature_name(struct arena *a, const char *text);
const char *check_version(struct arena *a, const char *text);
const char *check_target_name(struct arena *a, const char *text);
const char *check_homepage(struct arena *a, const char *text);
const char *check_license(struct arena *a, const char *text); /* the shape of an SPDX expression */
const char *check_cpe(struct arena *a, const char *text);
const char *check_location(struct arena *a, const char *text); /* https: http: file: debian: pypi: */
const char *check_sha256(struct arena *a, const char *text);
const char *check_fix(struct arena *a, const char *text);

const char *check_inside(struct arena *a, const char *text);     /* a path that stays in its folder */
const char *check_local_path(struct arena *a, const char *text); /* relative, may go up */
const char *check_archive(struct arena *a, const char *text);
const char *check_data_from(struct arena *a, const char *text); /* "library:path" or a path */
const char *check_source_file(struct arena *a, const char *text);

const char *check_filled(struct arena *a, const char *text); /* not empty */
const char *check_option_name(struct arena *a, const char *text);
const char *check_variable_name(struct arena *a, const char *text);
const char *check_library_name(struct arena *a, const char *text); /* as after -l */
const char *check_symbol(struct arena *a, const char *text);
const char *check_module_name(struct arena *a, const char *text);  /* dotted */
const char *check_entry_point(struct arena *a, const char *text);  /* module:function */
const char *check_specifiers(struct arena *a, const char *text);   /* the shape of PEP 440 specifiers */
const char *check_python_minor(struct arena *a, const char *text); /* "3.12" */
const char *check_abi3t(struct arena *a, const char *text);        /* "3.15", which is the first */

#endif
