/* The log of a build's wrappers: which modules were linked, and what was not let through. */
#ifndef PROJECT_LINKS_H
#define PROJECT_LINKS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

struct links {
    struct map maps;     /* build ID -> absolute path of the link map */
    struct strvec told;  /* what was dropped, redirected and refused, each once: "dropped -L/usr/lib (cc)" */
    struct strvec asked; /* what pkg-config was asked, each once */
};

/* Reads it; no file is an empty log. Texts of maps live in the arena. */
int links_read(struct links *l, struct arena *a, const char *log, struct err *e);
void links_release(struct links *l);

#endif
