/* cargo does the fetching: it knows registries, their credentials and git. Of the user's own settings it
 * reads the file in CARGO_HOME, which says where crates come from. */
#include "project/crates.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

/* What cargo itself makes, and folders of version control. */
static bool is_passed_over(const char *relative, void *arg)
{
    const char *name = path_base(relative);
    (void)arg;
    return strcmp(name, "target") == 0 || strcmp(name, "vendor") == 0 || strcmp(name, ".git") == 0;
}

static bool is_below(const struct strvec *folders, const char *folder)
{
    for (size_t i = 0; i < folders->len; i++) {
        size_t len = strlen(folders->items[i]);
        if (strcmp(folders->items[i], ".") == 0 ||
            (strncmp(folders->items[i], folder, len) == 0 && (!folder[len] || folder[len] == '/')))
            return true;
    }
    return false;
}

static size_t depth_of(const char *path)
{
    size_t depth = 0;
    for (; *path; path++)
        depth += *path == '/';
    return depth;
}

static bool is_vendored(const char *file)
{
    return str_starts(file, "vendor/") || strstr(file, "/vendor/");
}

/* Of the folders that these files lie in, those that have a Cargo.toml; of some in each other, the outer. */
static int find_folders(struct strvec *out, const char *src, const struct strvec *files, struct err *e)
{
    size_t deepest = 0;
    for (size_t i = 0; i < files->len; i++)
        deepest = depth_of(files->items[i]) > deepest ? depth_of(files->items[i]) : deepest;
    for (size_t depth = 0; depth <= deepest; depth++)
        for (size_t i = 0; i < files->len; i++) {
            if (depth_of(files->items[i]) != depth || is_vendored(files->items[i]))
                continue;
            AUTO_FREE char *folder = path_dir(files->items[i]);
            AUTO_FREE char *manifest = xstrf("%s/%s/Cargo.toml", src, folder);
            int there = is_below(out, folder) ? 0 : path_is_file(manifest, e);
            if (there < 0)
                return -1;
            if (there)
                strvec_push(out, folder);
        }
    return 0;
}

/* Where no lock is: cargo writes one beside each manifest. */
static int find_manifests(struct strvec *out, const char *src, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(src, is_passed_over, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++)
        if (strcmp(path_base(files.items[i]), "Cargo.toml") == 0)
            strvec_push(out, files.items[i]);
    return 0;
}

/* Of the user's environment what says how the network is reached, and where crates come from. */
static bool is_for_cargo(const char *entry)
{
    static const char *const names[] = {
        "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "SSH_AUTH_SOCK=", "GIT_SSL_"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_starts(entry, names[i]))
            return true;
    return environment_is_network(entry);
}

/* The user's settings file, or NULL. The caller frees it. */
static char *users_config(struct err *e)
{
    AUTO_FREE char *folder = dirs_cargo();
    char *path = folder ? path_join(folder, "config.toml") : NULL;
    if (path && path_is_file(path, e) == 1)
        return path;
    free(path);
    return NULL;
}

static void add_fetch(
    const struct crates *c, const char *folder, bool locked, const char *config, struct commands *out)
{
    struct command *command = commands_add(out, "fetch-crates");
    command->reaches_out = true;
    strvec_pushf(&command->argv, "%s/cargo", c->rust->bin);
    if (config) {
        strvec_push(&command->argv, "--config");
        strvec_push(&command->argv, config);
    }
    strvec_push(&command->argv, "fetch");
    strvec_pushf(&command->argv, "--manifest-path=%s/%s/Cargo.toml", c->src, folder);
    if (locked)
        strvec_push(&command->argv, "--locked");
    if (c->offline)
        strvec_push(&command->argv, "--offline");
    for (char **entry = environ; entry && *entry; entry++)
        if (is_for_cargo(*entry))
            strvec_push(&command->env, *entry);
    AUTO_FREE char *path = xstrf("%s:%s", c->rust->bin, c->path);
    AUTO_FREE char *home = dirs_home();
    environment_clean(&command->env, path, LOCALE_UTF8, home, c->scratch);
    strvec_pushf(&command->env, "CARGO_HOME=%s", c->home);
    strvec_pushf(&command->env, "RUSTC=%s/rustc", c->rust->bin);
    command->dir = xstrdup(c->src);
    command->log = xstrf("%s/fetch-crates.log", c->logs);
}

int crates_fetch(const struct crates *c, struct commands *out, struct err *e)
{
    AUTO(strvec) struct strvec folders = {0}, manifests = {0};
    if (folder_make(c->home, e) < 0 || find_folders(&folders, c->src, c->locks, e) < 0)
        return -1;
    bool has_lock = folders.len > 0;
    if (!has_lock &&
        (find_manifests(&manifests, c->src, e) < 0 || find_folders(&folders, c->src, &manifests, e) < 0))
        return -1;
    AUTO_FREE char *config = users_config(e);
    if (e->text)
        return -1;
    for (size_t i = 0; i < folders.len; i++)
        add_fetch(c, folders.items[i], has_lock, config, out);
    return has_lock;
}

int crates_tidy(const char *home, struct err *e)
{
    static const char *const names[] = {
        "registry/src", "git/checkouts", ".package-cache", ".package-cache-mutate", ".global-cache"};
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO_FREE char *path = path_join(home, names[i]);
        if (tree_remove(path, e) < 0)
            return -1;
    }
    return 0;
}

void crates_linking(struct strvec *env, const struct rust *rust, const char *bin, const char *root)
{
    AUTO_FREE char *target = xstrdup(rust->host);
    for (char *p = target; *p; p++)
        *p = *p == '-' || *p == '.' ? '_' : (char)toupper((unsigned char)*p);
    strvec_pushf(env, "CARGO_TARGET_%s_LINKER=%s/cc", target, bin);
    strvec_push(env, "PKG_CONFIG_ALL_STATIC=1");
    AUTO_FREE char *ssl = path_join(root, "usr/include/openssl/ssl.h");
    if (!path_may_be_file(ssl))
        return;
    strvec_pushf(env, "OPENSSL_DIR=%s/usr", root);
    strvec_push(env, "OPENSSL_STATIC=1");
    strvec_push(env, "OPENSSL_NO_VENDOR=1");
}

void crates_environment(
    struct strvec *env, const struct rust *rust, const char *bin, const char *home, const char *root)
{
    strvec_pushf(env, "CARGO_HOME=%s", home);
    strvec_push(env, "CARGO_NET_OFFLINE=true");
    strvec_push(env, "CARGO_TERM_COLOR=never");
    strvec_push(env, "MATURIN_NO_INSTALL_RUST=1");
    crates_linking(env, rust, bin, root);
}
