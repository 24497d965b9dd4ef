/* What of a recipe can be seen: by the name of an archive, by which files are in it, by the words of its
 * licence. */
#include "cli/new_from.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "cli/learnt_source.h"
#include "fetch/fetch.h"
#include "json/json.h"
#include "project/published.h"
#include "project/request.h"
#include "python/metadata.h"
#include "python/pyproject.h"
#include "recipe/version.h"
#include "sched/ask.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/metadata.h"

enum { TEXT_MAX = 1 << 20, UNPACK_SECONDS = 600 };

/* The first file that is there says what builds it. */
static const struct {
    const char *file, *template_name; /* NULL: a backend of Python's */
} systems[] = {
    {"pyproject.toml", NULL},
    {"setup.py", NULL},
    {"CMakeLists.txt", "library"},
    {"meson.build", "library-meson"},
    {"configure", "library-autotools"},
    {"configure.ac", "library-autotools"},
    {"Makefile", "library-make"},
    {"makefile", "library-make"},
};

/* Words of well-known licences; those that others quote come last. */
static const struct {
    const char *words, *license;
} licenses[] = {
    {"GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0-only"},
    {"GNU LESSER GENERAL PUBLIC LICENSE Version 3", "LGPL-3.0-only"},
    {"GNU LESSER GENERAL PUBLIC LICENSE Version 2.1", "LGPL-2.1-only"},
    {"GNU GENERAL PUBLIC LICENSE Version 3", "GPL-3.0-only"},
    {"GNU GENERAL PUBLIC LICENSE Version 2", "GPL-2.0-only"},
    {"Mozilla Public License Version 2.0", "MPL-2.0"},
    {"Apache License Version 2.0", "Apache-2.0"},
    {"Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
    {"Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"},
    {"Neither the name of", "BSD-3-Clause"},
    {"Redistribution and use in source and binary forms", "BSD-2-Clause"},
    {"This software is provided 'as-is', without any express or implied warranty", "Zlib"},
};

/* With one space for whatever stands between two words. */
static char *one_spaced(const struct strbuf *text)
{
    struct strbuf out = {0};
    for (size_t i = 0; i < text->len; i++) {
        bool space = isspace((unsigned char)text->ptr[i]);
        if (!space || (out.len && out.ptr[out.len - 1] != ' '))
            strbuf_addc(&out, space ? ' ' : text->ptr[i]);
    }
    return strbuf_steal(&out);
}

static int read_license(struct new_found *f, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (f->license)
        return 0;
    if (file_read(&text, path, TEXT_MAX, e) < 0)
        return -1;
    AUTO_FREE char *plain = one_spaced(&text);
    for (size_t i = 0; i < COUNT(licenses) && plain && !f->license; i++)
        if (strcasestr(plain, licenses[i].words))
            f->license = licenses[i].license;
    return 0;
}

static int look_for_licenses(
    struct new_found *f, struct arena *a, const char *root, const struct strvec *names, struct err *e)
{
    AUTO(strbuf) struct strbuf list = {0};
    for (size_t i = 0; i < names->len; i++) {
        AUTO_FREE char *path = path_join(root, names->items[i]);
        int is_file = license_is_text(names->items[i]) ? path_is_file(path, e) : 0;
        if (is_file < 0 || (is_file && read_license(f, path, e) < 0))
            return -1;
        if (!is_file)
            continue;
        strbuf_adds(&list, list.len ? ", " : "");
        json_quote(names->items[i], &list); /* basic strings of TOML are texts of JSON */
    }
    f->license_files = arena_strdup(a, strbuf_str(&list));
    return 0;
}

/* What PKG-INFO or pyproject.toml say takes the place of what the file's name says. */
static int read_identity(struct new_found *f, struct arena *a, const char *root, struct err *e)
{
    AUTO(pyproject) struct pyproject p = {0};
    AUTO(metadata) struct metadata core = {0};
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(root, "PKG-INFO");
    int has_info = path_is_file(path, e);
    if (has_info < 0 || pyproject_read(&p, a, root, e) < 0)
        return -1;
    if (has_info && (file_read(&text, path, TEXT_MAX, e) < 0 ||
                        metadata_parse(&core, a, path, strbuf_str(&text), text.len, e) < 0))
        return -1;
    const struct metadata *said = has_info ? &core : &p.metadata;
    const char *name = metadata_get(said, "Name"), *version = metadata_get(said, "Version");
    const char *requires = metadata_get(said, "Requires-Python");
    f->name = name ? arena_strdup(a, name) : f->name;
    f->version = version ? arena_strdup(a, version) : f->version;
    f->requires_python = requires ? arena_strdup(a, requires) : NULL;
    return 0;
}

static int look_into(struct new_found *f, struct arena *a, const char *root, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, root, e) < 0 || look_for_licenses(f, a, root, &names, e) < 0)
        return -1;
    f->template_name = "library-commands";
    for (size_t i = 0; i < COUNT(systems); i++)
        if (strvec_has(&names, systems[i].file)) {
            f->is_project = !systems[i].template_name;
            f->template_name = systems[i].template_name;
            break;
        }
    return f->is_project ? read_identity(f, a, root, e) : 0;
}

/* "zlib-1.3.2.tar.gz", "jansson_2.14.orig.tar.gz": parted where the number begins. "v1.2.tar.gz" has no name.
 */
static void part_name(struct new_found *f, struct arena *a, const char *file)
{
    static const char *const ends[] = {".orig.tar.*", ".tar.*", ".tar", ".tgz", ".tbz2", ".txz", ".zip"};
    size_t len = strlen(file);
    for (size_t i = 0; i < COUNT(ends); i++)
        for (size_t at = 0; at < len; at++)
            if (fnmatch(ends[i], file + at, 0) == 0)
                len = at;
    size_t begin = 0;
    for (size_t i = len; i > 0; i--)
        if ((i == 1 || strchr("-_", file[i - 2])) &&
            (isdigit((unsigned char)file[i - 1]) || (file[i - 1] == 'v' && isdigit((unsigned char)file[i]))))
            begin = i;
    if (!begin)
        return;
    if (begin > 1)
        f->name = arena_strndup(a, file, begin - 2);
    size_t number = begin - 1 + (file[begin - 1] == 'v');
    if (version_is_valid((struct slice){file + number, len - number}))
        f->version = arena_strndup(a, file + number, len - number);
}

/* By the helper that unpacks for builds: archives are hostile. */
static int unpack(const char *archive, const char *shown, const char *into, struct err *e)
{
    struct commands commands = {0};
    struct unpack_request request = {.archive = archive, .shown = shown, .into = into};
    struct command *c = commands_add(&commands, "unpack");
    unpack_command(c, &request);
    struct question q = {.spec = {.argv = c->argv.items,
                             .env = c->env.items,
                             .input = c->input,
                             .itself = true,
                             .memory_bytes = c->memory_bytes,
                             .starts_nothing = true},
        .keeps_errors = true,
        .bytes_max = TEXT_MAX,
        .timeout_ms = UNPACK_SECONDS * 1000};
    int failed = questions_ask(&q, 1, 1, e);
    if (!failed && q.end.status)
        failed = err_set(e, ERR_BUILD, "cannot be unpacked: %.*s", (int)strcspn(strbuf_str(&q.said), "\n"),
            strbuf_str(&q.said));
    question_release(&q);
    commands_release(&commands);
    return failed;
}

static int look_into_archive(struct new_found *f, struct arena *a, const char *file, struct err *e)
{
    struct store store = {0};
    struct work_folder folder = {0};
    AUTO(err) struct err left = ERR_INIT;
    int failed = store_open(&store, NULL, e) < 0 || work_open(&folder, &store, "looked-at", e) < 0 ? -1 : 0;
    if (!failed) {
        AUTO_FREE char *archive = store_download_path(&store, f->sha256);
        failed = unpack(archive, file, folder.path, e) < 0 || look_into(f, a, folder.path, e) < 0 ? -1 : 0;
        work_remove(&folder, &left);
    }
    store_release(&store);
    return failed;
}

static int look_at_location(struct new_found *f, struct arena *a, const struct invocation *inv, struct err *e)
{
    AUTO(strvec) struct strvec one = {0};
    struct digest found = {0};
    const char *file = path_base(inv->from);
    strvec_push(&one, inv->from);
    if (sources_learn(&found, &one, inv, e) < 0)
        return -1;
    f->url = inv->from;
    f->sha256 = arena_strdup(a, found.hex);
    part_name(f, a, file);
    return look_into_archive(f, a, file, e);
}

static int look_at_index(
    struct new_found *f, struct arena *a, const char *name, const char *version, struct err *e)
{
    AUTO(strbuf) struct strbuf page = {0};
    struct published p;
    struct loop *loop = loop_new();
    int failed = fetch_index_page(loop, name, &page, e);
    loop_free(loop);
    if (failed || published_find(&p, a, name, version, (struct slice){strbuf_str(&page), page.len}, e) < 0)
        return -1;
    f->name = name;
    f->version = p.version;
    f->url = arena_strf(a, "pypi:%s/%s", name, p.file);
    f->sha256 = p.sha256;
    f->requires_python = p.requires_python;
    f->is_project = true;
    return 0;
}

int new_look(
    struct new_found *f, struct arena *a, const struct invocation *inv, const char *name, struct err *e)
{
    const char *listed, *version;
    *f = (struct new_found){.version = "1.0"};
    int index = project_request_index(&listed, &version, a, inv->from, e);
    int folder = index == 0 ? path_is_folder(inv->from, e) : 0;
    if (index < 0 || folder < 0)
        return -1;
    if (!index && !folder && !strchr(inv->from, ':'))
        return err_set(e, ERR_USAGE,
            "--from %s: there is no such folder, and it is no location: pypi:NAME, https:, file: or "
            "debian:PACKAGE/FILE",
            inv->from);
    if (folder) {
        AUTO_FREE char *whole = path_absolute(inv->from);
        f->name = arena_strdup(a, path_base(whole));
    }
    int failed = index    ? look_at_index(f, a, listed, version, e)
                 : folder ? look_into(f, a, inv->from, e)
                          : look_at_location(f, a, inv, e);
    if (failed)
        return -1;
    f->name = name ? name : f->name;
    if (!f->name)
        return err_set(
            e, ERR_USAGE, "%s: what it is called is not in its name: write `new NAME --from …`", inv->from);
    return 0;
}
