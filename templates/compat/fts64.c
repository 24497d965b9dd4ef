/* <fts.h> sends its functions here when _FILE_OFFSET_BITS is 64 (glibc 2.23; before, it refused that). Where
 * off_t has 64 bits anyway, both are the same; elsewhere the older one has no struct stat64 to give. */

struct walk;
struct entry;
typedef int comparison(const struct entry **, const struct entry **);

struct walk *fts_open(char *const *paths, int options, comparison *compare);
struct entry *fts_read(struct walk *walk);
struct entry *fts_children(struct walk *walk, int options);
int fts_set(struct walk *walk, struct entry *entry, int instruction);
int fts_close(struct walk *walk);

struct walk *fts64_open(char *const *paths, int options, comparison *compare)
{
    return fts_open(paths, options, compare);
}

struct entry *fts64_read(struct walk *walk)
{
    return fts_read(walk);
}

struct entry *fts64_children(struct walk *walk, int options)
{
    return fts_children(walk, options);
}

int fts64_set(struct walk *walk, struct entry *entry, int instruction)
{
    return fts_set(walk, entry, instruction);
}

int fts64_close(struct walk *walk)
{
    return fts_close(walk);
}
