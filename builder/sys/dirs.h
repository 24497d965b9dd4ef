/* Where things live: the XDG base directories and the program's own installation. */
#ifndef SYS_DIRS_H
#define SYS_DIRS_H

/* A link that leads to the file this process was started from, also when that was replaced or removed. */
#define PROCESS_ITSELF "/proc/self/exe"

/* $HOME, else what the password database has for the user; NULL when neither is a whole path. The caller
 * frees it. */
char *dirs_home(void);

/* $STATICBUILD_CACHE, else $XDG_CACHE_HOME/staticbuild, else ~/.cache/staticbuild; NULL when there is no
 * home. The caller frees it. */
char *dirs_cache(void);

/* $CARGO_HOME, else ~/.cargo; NULL when there is no home. The caller frees it. */
char *dirs_cargo(void);

/* This program's own executable; the caller frees it. */
char *dirs_program(void);

/* A folder that came with the program ("recipes", "templates"): beside the executable's checkout
 * (build/../NAME), else in PREFIX/share/staticbuild/NAME, $STATICBUILD_DATA/NAME before both. The caller
 * frees it; NULL when there is none. */
char *dirs_data(const char *name);

#endif
