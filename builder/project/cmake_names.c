/* A package of ours stands before the one in the tree, in the same search. */
#include "project/cmake_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { PACKAGE_LIMIT = 4 << 20 };

/* With "-static" or "_static" at its end: where that begins, else 0. */
static size_t plain_length(const char *target)
{
    static const char *const endings[] = {"-static", "_static"};
    size_t len = strlen(target);
    for (size_t i = 0; i < COUNT(endings); i++)
        if (str_ends(target, endings[i]))
            return len - strlen(endings[i]);
    return 0;
}

/* Adds the names of targets that a file of a package makes and that end so: "libzmq-static". */
static void cmake_names_static(struct strvec *out, struct slice text)
{
    static const char makes[] = "add_library(";
    while (text.len) {
        const char *at = memmem(text.ptr, text.len, makes, strlen(makes));
        if (!at)
            return;
        const char *end = text.ptr + text.len, *name = at + strlen(makes);
        size_t len = 0;
        while (name + len < end && !strchr(" \t\r\n)", name[len]))
            len++;
        AUTO_FREE char *target = xstrndup(name, len);
        if (plain_length(target) && !strvec_has(out, target))
            strvec_push(out, target);
        text = (struct slice){name + len, (size_t)(end - name) - len};
    }
}

static bool is_package(const char *file)
{
    return str_ends(file, "Config.cmake") || str_ends(file, "-config.cmake");
}

static bool is_version(const char *file)
{
    return str_ends(file, "ConfigVersion.cmake") || str_ends(file, "-config-version.cmake");
}

static void add_name(struct strbuf *out, const char *target, const char *name)
{
    strbuf_addf(
        out, "if(TARGET %s AND NOT TARGET %s)\n  add_library(%s INTERFACE IMPORTED)\n", target, name, name);
    strbuf_addf(out, "  set_target_properties(%s PROPERTIES INTERFACE_LINK_LIBRARIES \"%s\")\nendif()\n",
        name, target);
}

/* "ZeroMQ" of lib/cmake/ZeroMQ/ZeroMQConfig.cmake, "zstd" of lib/zstd/cmake/zstdConfig.cmake. */
static char *package_folder(const char *file)
{
    char *folder = path_dir(file);
    if (strcmp(path_base(folder), "cmake") == 0) {
        char *above = path_dir(folder);
        free(folder);
        folder = above;
    }
    char *name = xstrdup(path_base(folder));
    free(folder);
    return name;
}

static int write_package(
    const char *lib, const char *tree, const char *file, const struct strvec *targets, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *name = package_folder(file);
    AUTO_FREE char *folder = xstrf("%s/cmake/%s", lib, name);
    AUTO_FREE char *path = path_join(folder, path_base(file));
    strbuf_addf(&text, "include(\"%s/%s\")\n", tree, file);
    for (size_t i = 0; is_package(file) && i < targets->len; i++) {
        const char *target = targets->items[i];
        AUTO_FREE char *plain = xstrndup(target, plain_length(target));
        AUTO_FREE char *shared = xstrf("%s%cshared", plain, target[strlen(plain)]);
        add_name(&text, target, plain);
        add_name(&text, target, shared);
    }
    return folder_make(folder, e) < 0 ? -1 : file_write(path, text.ptr, text.len, 0644, e);
}

int cmake_names_write(const char *lib, const char *tree, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(strvec) struct strvec targets = {0};
    if (tree_list(tree, NULL, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        AUTO_FREE char *path = path_join(tree, files.items[i]);
        if (!str_ends(files.items[i], ".cmake"))
            continue;
        if (file_read(&text, path, PACKAGE_LIMIT, e) < 0)
            return -1;
        cmake_names_static(&targets, (struct slice){strbuf_str(&text), text.len});
    }
    for (size_t i = 0; targets.len && i < files.len; i++)
        if ((is_package(files.items[i]) || is_version(files.items[i])) &&
            write_package(lib, tree, files.items[i], &targets, e) < 0)
            return -1;
    return 0;
}
