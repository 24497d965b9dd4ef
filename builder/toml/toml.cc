// The only file that knows toml++. No exception leaves it.
#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>
#include <vector>

// With dotted keys of at most max_dots this bounds how deep a tree toml++ can build, and so how deep its
// destructors recurse.
#define TOML_MAX_NESTED_VALUES 32
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

extern "C" {
#include "toml/toml.h"
}

namespace
{

constexpr unsigned max_dots = 32;

struct failure {
    toml_pos pos;
    const char *what;
};

toml_pos position(const toml::source_region &region)
{
    return {static_cast<unsigned>(region.begin.line), static_cast<unsigned>(region.begin.column)};
}

// toml++ 3.3 puts no limit on the parts of a dotted key, and each is a level. Counts the dots outside of
// strings and comments since the last character that ends a key or a value.
void check_dots(std::string_view text)
{
    enum { plain, comment, quoted, literal, long_quoted, long_literal } state = plain;
    unsigned dots = 0, line = 1;
    for (size_t i = 0; i < text.size(); i++) {
        const char c = text[i];
        const bool three = text.size() - i >= 3 && text[i + 1] == c && text[i + 2] == c;
        if (c == '\n') {
            line++;
            if (state != long_quoted && state != long_literal) {
                state = plain;
                dots = 0;
            }
            continue;
        }
        switch (state) {
        case plain:
            if (c == '.' && ++dots > max_dots)
                throw failure{{line, 1}, "a key with too many parts"};
            if (c == '#')
                state = comment;
            else if (c == '"')
                state = three ? long_quoted : quoted;
            else if (c == '\'')
                state = three ? long_literal : literal;
            else if (std::strchr("=,[]{}", c))
                dots = 0;
            if (state == long_quoted || state == long_literal)
                i += 2;
            break;
        case quoted:
        case long_quoted:
            if (c == '\\' && i + 1 < text.size() && text[i + 1] != '\n') {
                i++;
            } else if (c == '"' && (state == quoted || three)) {
                i += state == long_quoted ? 2 : 0;
                state = plain;
            }
            break;
        case literal:
        case long_literal:
            if (c == '\'' && (state == literal || three)) {
                i += state == long_literal ? 2 : 0;
                state = plain;
            }
            break;
        case comment:
            break;
        }
    }
}

const char *copy_text(arena *a, std::string_view s, toml_pos pos)
{
    if (s.find('\0') != s.npos)
        throw failure{pos, "a NUL character cannot stand in text"};
    return arena_strndup(a, s.data(), s.size());
}

toml_node *copy_node(arena *a, const toml::node &from, unsigned depth);

void append(toml_node *parent, toml_node **&tail, toml_node *child)
{
    *tail = child;
    tail = &child->next;
    parent->list.len++;
}

void copy_array(arena *a, toml_node *to, const toml::array &from, unsigned depth)
{
    toml_node **tail = &to->list.first;
    for (const toml::node &element : from)
        append(to, tail, copy_node(a, element, depth + 1));
}

void copy_table(arena *a, toml_node *to, const toml::table &from, unsigned depth)
{
    std::vector<toml_node *> members;
    for (auto &&[key, value] : from) {
        toml_node *child = copy_node(a, value, depth + 1);
        child->key_pos = position(key.source());
        child->key = copy_text(a, key.str(), child->key_pos);
        members.push_back(child);
    }
    std::sort(members.begin(), members.end(), [](const toml_node *x, const toml_node *y) {
        const toml_pos &p = x->key_pos, &q = y->key_pos;
        return p.line != q.line ? p.line < q.line : p.column < q.column;
    });
    toml_node **tail = &to->list.first;
    for (toml_node *child : members)
        append(to, tail, child);
}

toml_node *copy_node(arena *a, const toml::node &from, unsigned depth)
{
    toml_node *to = arena_new(a, toml_node);
    to->pos = position(from.source());
    if (depth > TOML_MAX_DEPTH)
        throw failure{to->pos, "nested too deeply"};
    if (const auto *string = from.as_string()) {
        to->type = TOML_STRING;
        to->string = copy_text(a, string->get(), to->pos);
    } else if (const auto *integer = from.as_integer()) {
        to->type = TOML_INT;
        to->integer = integer->get();
    } else if (const auto *real = from.as_floating_point()) {
        to->type = TOML_FLOAT;
        to->real = real->get();
    } else if (const auto *boolean = from.as_boolean()) {
        to->type = TOML_BOOL;
        to->boolean = boolean->get();
    } else if (const auto *array = from.as_array()) {
        to->type = TOML_ARRAY;
        copy_array(a, to, *array, depth);
    } else if (const auto *table = from.as_table()) {
        to->type = TOML_TABLE;
        copy_table(a, to, *table, depth);
    } else {
        to->type = TOML_DATETIME;
    }
    return to;
}

} // namespace

extern "C" toml_node *toml_parse(arena *a, const char *path, const char *text, size_t len, err *e)
{
    try {
        if (len > TOML_MAX_SIZE)
            throw failure{{1, 1}, "the file is larger than 1 MiB"};
        const std::string_view view(text, len);
        check_dots(view);
        const toml::parse_result result = toml::parse(view);
        if (result) {
            toml_node *root = copy_node(a, result.table(), 0);
            root->pos = {1, 1};
            return root;
        }
        const toml::parse_error &error = result.error();
        const toml_pos pos = position(error.source());
        const std::string_view what = error.description();
        err_set(e, ERR_RECIPE, "%s:%u:%u: %.*s", path, pos.line, pos.column, static_cast<int>(what.size()),
            what.data());
    } catch (const failure &f) {
        err_set(e, ERR_RECIPE, "%s:%u:%u: %s", path, f.pos.line, f.pos.column, f.what);
    } catch (const std::exception &x) {
        err_set(e, ERR_RECIPE, "%s: %s", path, x.what());
    }
    return nullptr;
}
