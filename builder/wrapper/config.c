/* The file that tells wrappers what they stand for, and the log that they write. */
#include "wrapper/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper/bytes.h"

static const char *const kind_words[WRAPPER_KINDS] = {
    [WRAPPER_CC] = "cc",
    [WRAPPER_CXX] = "c++",
    [WRAPPER_LD] = "ld",
    [WRAPPER_AR] = "ar",
    [WRAPPER_RANLIB] = "ranlib",
    [WRAPPER_STRIP] = "strip",
    [WRAPPER_NM] = "nm",
    [WRAPPER_PKG_CONFIG] = "pkg-config",
    [WRAPPER_RUSTC] = "rustc",
};

const char *wrapper_kind_word(enum wrapper_kind kind)
{
    return kind_words[kind];
}

static bool set_text(struct config *c, const char *key, char *value)
{
    const struct {
        const char *key;
        char **place;
    } texts[] = {{"triplet", &c->triplet}, {"root", &c->root}, {"exports", &c->exports}, {"maps", &c->maps},
        {"log", &c->log}, {"remembered", &c->remembered}, {"packages", &c->packages},
        {"relinks", &c->relinks}};
    char **place = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].key, key) == 0)
            place = texts[i].place;
    for (size_t i = 0; i < WRAPPER_KINDS; i++)
        if (strcmp(kind_words[i], key) == 0)
            place = &c->programs[i];
    if (!place)
        return false;
    free(*place);
    *place = strdup(value);
    return *place != NULL;
}

static bool add_word(struct config *c, const char *key, const char *value)
{
    const struct {
        const char *key;
        struct words *list;
    } lists[] = {{"allowed", &c->allowed}, {"kept", &c->kept}, {"compile", &c->compile}, {"link", &c->link},
        {"module", &c->module}, {"rust", &c->rust}, {"own", &c->own}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].key, key) == 0) {
            words_add(lists[i].list, value);
            return true;
        }
    return false;
}

static bool take_line(struct config *c, char *line)
{
    char *value = strchr(line, ' ');
    if (!value)
        return !*line;
    *value++ = '\0';
    if (strcmp(line, "confined") == 0) {
        c->confined = strcmp(value, "yes") == 0;
        return true;
    }
    return set_text(c, line, value) || add_word(c, line, value);
}

bool config_read(struct config *c, const char *folder)
{
    struct words path = {0};
    struct bytes file;
    *c = (struct config){0};
    words_addf(&path, "%s/%s", folder, WRAPPER_CONFIG);
    bool good = bytes_open(&file, path.items[0]);
    if (!good)
        fprintf(stderr, "staticbuild: %s: %s\n", path.items[0], strerror(errno));
    char *text = good ? wrapper_memory(NULL, file.size + 1) : NULL;
    if (text) {
        if (file.size)
            memcpy(text, file.start, file.size);
        text[file.size] = '\0';
        bytes_close(&file);
    }
    size_t number = 1;
    for (char *line = text; good && line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        good = take_line(c, line);
        if (!good)
            fprintf(stderr, "staticbuild: %s:%zu: unknown line \"%s\"\n", path.items[0], number, line);
        line = end;
    }
    c->folder = strdup(folder);
    free(text);
    words_release(&path);
    return good && c->folder;
}

void config_release(struct config *c)
{
    char *texts[] = {
        c->folder, c->triplet, c->root, c->exports, c->maps, c->log, c->packages, c->remembered, c->relinks};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < WRAPPER_KINDS; i++)
        free(c->programs[i]);
    words_release(&c->allowed);
    words_release(&c->own);
    words_release(&c->kept);
    words_release(&c->compile);
    words_release(&c->link);
    words_release(&c->module);
    words_release(&c->rust);
    *c = (struct config){0};
}

/* Many wrappers write at once: each line is one write to a file that is appended to. */
void config_log(const struct config *c, const char *what, const char *who, const char *words)
{
    int fd = c->log ? open(c->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return;
    struct words line = {0};
    words_addf(&line, "%s\t%s\t%s\n", what, who, words);
    ssize_t written = write(fd, line.items[0], strlen(line.items[0]));
    (void)written; /* a log that cannot be written stops no build */
    close(fd);
    words_release(&line);
}
