/* Each library has a script of its own making, but what they are asked is nearly the same, and pkg-config
 * knows it. The machine's own script would tell of the machine's library. */
#include "wrapper/scripts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_BYTES = 65536 };

const struct script scripts[] = {
    {"curl-config", {"libcurl"}, "libcurl "},
    {"freetype-config", {"freetype2"}, ""},
    {"gdal-config", {"gdal"}, ""},
    {"geos-config", {"geos"}, ""},
    {"icu-config", {"icu-i18n", "icu-uc"}, ""},
    {"krb5-config", {"krb5-gssapi", "mit-krb5", "krb5"}, "Kerberos 5 release "},
    {"libpng-config", {"libpng", "libpng16"}, ""},
    {"mariadb_config", {"libmariadb", "mariadb"}, ""},
    {"mysql_config", {"mysqlclient", "libmariadb", "mariadb"}, ""},
    {"nc-config", {"netcdf"}, "netCDF "},
    {"pcre2-config", {"libpcre2-8"}, ""},
    {"pg_config", {"libpq"}, "PostgreSQL "},
    {"xml2-config", {"libxml-2.0"}, ""},
    {"xslt-config", {"libxslt"}, ""},
};

const size_t scripts_count = sizeof scripts / sizeof *scripts;

static const struct {
    const char *option, *question;
} questions[] = {
    {"--cflags", "--cflags"},
    {"--cppflags", "--cflags"},
    {"--include", "--cflags"},
    {"--libs", "--libs"},
    {"--libs_r", "--libs"},
    {"--clibs", "--libs"},
    {"--static-libs", "--libs"},
    {"--static-clibs", "--libs"},
    {"--ldflags", "--libs-only-L"},
    {"--version", "--modversion"},
    {"--modversion", "--modversion"},
    {"--prefix", "--variable=prefix"},
    {"--exec-prefix", "--variable=prefix"},
    {"--includedir", "--variable=includedir"},
    {"--includedir-server", "--variable=includedir"},
    {"--pkgincludedir", "--variable=includedir"},
    {"--libdir", "--variable=libdir"},
    {"--pkglibdir", "--variable=libdir"},
    {"--features", "--variable=supported_features"},
    {"--protocols", "--variable=supported_protocols"},
    {"--static", ""},
    {"--shared", ""},
    {"--dynamic", ""},
};

const struct script *script_find(const char *name)
{
    for (size_t i = 0; i < scripts_count; i++)
        if (strcmp(scripts[i].name, name) == 0)
            return &scripts[i];
    return NULL;
}

static bool has_package(const char *folders, const char *name)
{
    for (const char *at = folders; at && *at;) {
        struct words path = {0};
        size_t len = strcspn(at, ":");
        words_addf(&path, "%.*s/%s.pc", (int)len, at, name);
        bool there = access(path.items[0], R_OK) == 0;
        words_release(&path);
        if (there)
            return true;
        at += len + (at[len] == ':');
    }
    return false;
}

/* The package that answers for it, or NULL when no library of the build has one. */
static const char *script_package(const struct script *s, const struct config *c)
{
    for (size_t i = 0; i < SCRIPT_PACKAGES_MAX && s->packages[i]; i++)
        if (has_package(c->packages, s->packages[i]))
            return s->packages[i];
    return NULL;
}

/* Plain words choose a part of the library, which is linked whole. */
/* What pkg-config is asked for an option: "--modversion" for "--version"; "" for one that changes nothing,
 * NULL for one that is not known. */
static const char *script_question(const char *option)
{
    if (*option != '-')
        return "";
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(questions[i].option, option) == 0)
            return questions[i].question;
    return NULL;
}

void packages_words(struct words *out, const struct config *c)
{
    unsetenv("PKG_CONFIG_PATH");
    unsetenv("PKG_CONFIG_SYSROOT_DIR");
    setenv("PKG_CONFIG_LIBDIR", c->packages ? c->packages : "/nowhere", 1);
    words_add(out, c->programs[WRAPPER_PKG_CONFIG]);
    words_add(out, "--static");
}

/* What it prints, without the last line's end. */
static int ask(const struct words *argv, char *answer, size_t room)
{
    int ends[2], status;
    if (pipe(ends) < 0)
        return -1;
    pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv->items[0], argv->items);
        _exit(127);
    }
    close(ends[1]);
    size_t len = 0;
    for (ssize_t n; len + 1 < room; len += (size_t)n) {
        n = read(ends[0], answer + len, room - 1 - len);
        if (n < 0 && errno == EINTR)
            n = 0;
        else if (n <= 0)
            break;
    }
    close(ends[0]);
    while (len && (answer[len - 1] == '\n' || answer[len - 1] == ' '))
        len--;
    answer[len] = '\0';
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Features are a line each, and quoted in some .pc files. */
static void print_list(const char *answer)
{
    while (*answer) {
        size_t len = strcspn(answer, "\" ");
        if (len)
            printf("%.*s\n", (int)len, answer);
        answer += len + (answer[len] != '\0');
    }
}

static int answer_one(
    const struct script *s, const struct config *c, const char *package, const char *question)
{
    static char answer[ANSWER_BYTES];
    struct words words = {0};
    packages_words(&words, c);
    words_add(&words, question);
    words_add(&words, package);
    int failed = ask(&words, answer, sizeof answer);
    words_release(&words);
    if (failed < 0) {
        fprintf(stderr, "%s: pkg-config %s %s failed\n", s->name, question, package);
        return 1;
    }
    if (word_starts(question, "--variable=supported"))
        print_list(answer);
    else
        printf("%s%s\n", strcmp(question, "--modversion") == 0 ? s->before_version : "", answer);
    return 0;
}

int script_answer(const struct script *s, const struct config *c, const struct words *argv)
{
    const char *package = script_package(s, c);
    if (!package) {
        fprintf(stderr, "%s: no library of this build has a %s.pc; name the library that does\n", s->name,
            s->packages[0]);
        return 1;
    }
    for (size_t i = 0; i < argv->count; i++) {
        const char *question = script_question(argv->items[i]);
        if (!question) {
            fprintf(stderr, "%s: %s is not answered\n", s->name, argv->items[i]);
            return 1;
        }
        if (*question && answer_one(s, c, package, question) != 0)
            return 1;
    }
    return 0;
}
