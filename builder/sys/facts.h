/* How facts about a file (an interpreter, a compiler, a tool) are remembered between runs. Those who probe
 * ask here first; the store answers. */
#ifndef SYS_FACTS_H
#define SYS_FACTS_H

/* Both may be NULL: then everything is asked anew. */
struct fact_memory {
    char *(*get)(void *arg, const char *kind, const char *path); /* malloced text, or NULL */
    void (*set)(void *arg, const char *kind, const char *path, const char *text);
    void *arg;
};

static inline char *fact_get(const struct fact_memory *m, const char *kind, const char *path)
{
    return m && m->get ? m->get(m->arg, kind, path) : (char *)0;
}

static inline void fact_set(const struct fact_memory *m, const char *kind, const char *path, const char *text)
{
    if (m && m->set)
        m->set(m->arg, kind, path, text);
}

#endif
