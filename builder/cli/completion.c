/* Completions for shells. Recipe names are asked of the program itself when the user presses the key. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/flags.h"
#include "cli/help.h"

/* Texts of help stand in single quotes; a quote in them would end those. Zsh gives brackets and colons a
 * meaning in its descriptions. */
static void add_quoted(struct strbuf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_adds(out, "'\\''");
        else if (*text == '[' || *text == ']' || *text == ':')
            strbuf_addf(out, "\\%c", *text);
        else
            strbuf_addc(out, *text);
    }
}

static void add_plain_quoted(struct strbuf *out, const char *text)
{
    for (; *text; text++)
        strbuf_addc(out, *text == '\'' ? ' ' : *text);
}

static void command_names(struct strbuf *out, const struct program *program)
{
    for (size_t i = 0; i < program->subcommand_count; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", program->subcommands[i]->name);
}

static void flag_names(struct strbuf *out, const struct subcommand *command)
{
    const struct flag *flag;
    for (size_t i = 0; (flag = flag_at(command, i)); i++)
        strbuf_addf(out, "%s--%s", i ? " " : "", flag->name);
}

/* What may follow each option of a command: one may have other words with another command. */
static void bash_values(struct strbuf *out, const struct program *program, const struct subcommand *command)
{
    const struct flag *flag;
    for (size_t i = 0; (flag = flag_at(command, i)); i++) {
        AUTO(strbuf) struct strbuf offered = {0};
        if (flag->kind == FLAG_WORD)
            strbuf_addf(&offered, "-W '%s'", flag->words);
        else if (flag->completes == COMPLETE_TEMPLATES)
            strbuf_addf(&offered, "-W \"$(%s list --templates 2>/dev/null)\"", program->name);
        else if (flag->completes == COMPLETE_FILES)
            strbuf_adds(&offered, "-f");
        else
            continue;
        strbuf_addf(out, "    '%s --%s'", command->name, flag->name);
        if (flag->letter)
            strbuf_addf(out, "|'%s -%c'", command->name, flag->letter);
        strbuf_addf(out, ") COMPREPLY=($(compgen %s -- \"$cur\")); return ;;\n", strbuf_str(&offered));
    }
}

static void bash(struct strbuf *out, const struct program *program)
{
    const char *name = program->name;
    strbuf_addf(
        out, "_%s()\n{\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n", name);
    strbuf_adds(out, "    local command=run word flags kind verbs\n    COMPREPLY=()\n    for word in "
                     "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                     "        case $word in\n        ");
    for (size_t i = 0, n = 0; i < program->subcommand_count; i++)
        strbuf_addf(out, "%s%s", n++ ? "|" : "", program->subcommands[i]->name);
    strbuf_adds(out, ") command=$word; break ;;\n        esac\n    done\n    case $prev in\n");
    strbuf_adds(out,
        "    --completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")); return ;;\n    esac\n "
        "   case $command in\n");
    for (size_t i = 0; i < program->subcommand_count; i++) {
        const struct subcommand *command = program->subcommands[i];
        static const char *const kinds[] = {"nothing", "recipes", "files", "commands", "verbs"};
        strbuf_addf(out, "    %s) kind=%s verbs='%s' flags='", command->name, kinds[command->completes],
            command->verbs ? command->verbs : "");
        flag_names(out, command);
        strbuf_adds(out, "' ;;\n");
    }
    strbuf_adds(out, "    esac\n    case \"$command $prev\" in\n");
    for (size_t i = 0; i < program->subcommand_count; i++)
        bash_values(out, program, program->subcommands[i]);
    strbuf_addf(out,
        "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n "
        "       return\n    fi\n"
        "    case $kind in\n    recipes) COMPREPLY=($(compgen -W \"$(%s list --names 2>/dev/null)\" -- "
        "\"$cur\") $(compgen -f -X '!*.toml' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
        "    files) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
        "    verbs) COMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\")) ;;\n    commands) COMPREPLY=($(compgen "
        "-W '",
        name);
    command_names(out, program);
    strbuf_adds(out, "' -- \"$cur\")) ;;\n    esac\n    if [[ $COMP_CWORD == 1 ]]; then\n        "
                     "COMPREPLY+=($(compgen -W '");
    command_names(out, program);
    strbuf_addf(out, "' -- \"$cur\"))\n    fi\n}\ncomplete -o filenames -F _%s %s\n", name, name);
}

static void zsh_flags(struct strbuf *out, const struct subcommand *command)
{
    const struct flag *flag;
    for (size_t i = 0; (flag = flag_at(command, i)); i++) {
        strbuf_adds(out, " \\\n            '--");
        for (const char *p = flag->name; *p; p++) /* an unquoted "+" says how the value is attached */
            strbuf_addf(out, "%s%c", *p == '+' ? "\\" : "", *p);
        strbuf_addf(out, "%s[", flag->kind == FLAG_YES ? "" : "=");
        add_quoted(out, flag->help);
        strbuf_addc(out, ']');
        if (flag->kind == FLAG_WORD)
            strbuf_addf(out, ":%s:(%s)", flag->name, flag->words);
        else if (flag->completes == COMPLETE_TEMPLATES)
            strbuf_addf(out, ":%s:{compadd -a templates}", flag->name);
        else if (flag->kind != FLAG_YES)
            strbuf_addf(out, ":%s:%s", flag->name, flag->completes == COMPLETE_FILES ? "_files" : "");
        strbuf_addc(out, '\'');
    }
}

static void zsh(struct strbuf *out, const struct program *program)
{
    strbuf_addf(out,
        "#compdef %s\n_%s()\n{\n    local -a commands recipes templates\n    local command=${words[2]}\n    "
        "commands=(\n",
        program->name, program->name);
    for (size_t i = 0; i < program->subcommand_count; i++) {
        strbuf_addf(out, "        '%s:", program->subcommands[i]->name);
        add_quoted(out, program->subcommands[i]->summary);
        strbuf_adds(out, "'\n");
    }
    strbuf_addf(out,
        "    )\n    recipes=(${(f)\"$(%s list --names 2>/dev/null)\"})\n"
        "    templates=(${(f)\"$(%s list --templates 2>/dev/null)\"})\n"
        "    if (( CURRENT == 2 )); then\n        _describe command commands\n        compadd -a recipes\n   "
        "     _files -g '*.toml'\n        return\n    fi\n"
        "    # The name of a command is none of its arguments.\n"
        "    (( ${commands[(I)${(b)command}:*]} )) && { shift words; (( CURRENT-- )) }\n"
        "    case $command in\n",
        program->name, program->name);
    for (size_t n = program->subcommand_count; n > 0; n--) { /* the default one last: it is also "*" */
        const struct subcommand *command = program->subcommands[n - 1];
        static const char *const actions[] = {"", "*:recipe:{compadd -a recipes; _files -g \"*.toml\"}",
            "*:file:_files", "1:command:{_describe command commands}"};
        strbuf_addf(out, "    %s)\n        _arguments", n == 1 ? "*" : command->name);
        zsh_flags(out, command);
        if (command->completes == COMPLETE_VERBS)
            strbuf_addf(out, " \\\n            '1:verb:(%s)'", command->verbs);
        else if (*actions[command->completes])
            strbuf_addf(out, " \\\n            '%s'", actions[command->completes]);
        else if (command->most)
            strbuf_adds(out, " \\\n            '*:argument:'");
        strbuf_adds(out, "\n        ;;\n");
    }
    strbuf_addf(out, "    esac\n}\n_%s \"$@\"\n", program->name);
}

static void fish(struct strbuf *out, const struct program *program)
{
    const char *name = program->name;
    AUTO(strbuf) struct strbuf names = {0};
    command_names(&names, program);
    strbuf_addf(out, "complete -c %s -f\n", name);
    for (size_t i = 0; i < program->subcommand_count; i++) {
        const struct subcommand *command = program->subcommands[i];
        strbuf_addf(out, "complete -c %s -n __fish_use_subcommand -a %s -d '", name, command->name);
        add_plain_quoted(out, command->summary);
        strbuf_adds(out, "'\n");
        /* The default command's flags also go without its name. */
        AUTO(strbuf) struct strbuf when = {0};
        if (i == 0)
            strbuf_addf(&when, "not __fish_seen_subcommand_from %s; or __fish_seen_subcommand_from %s",
                names.ptr + strlen(command->name) + 1, command->name);
        else
            strbuf_addf(&when, "__fish_seen_subcommand_from %s", command->name);
        const struct flag *flag;
        for (size_t f = 0; (flag = flag_at(command, f)); f++) {
            strbuf_addf(out, "complete -c %s -n '%s' -l %s", name, when.ptr, flag->name);
            if (flag->letter)
                strbuf_addf(out, " -s %c", flag->letter);
            if (flag->kind == FLAG_WORD)
                strbuf_addf(out, " -x -a '%s'", flag->words);
            else if (flag->completes == COMPLETE_TEMPLATES)
                strbuf_addf(out, " -x -a '(%s list --templates 2>/dev/null)'", name);
            else if (flag->kind != FLAG_YES)
                strbuf_adds(out, " -r");
            strbuf_adds(out, " -d '");
            add_plain_quoted(out, flag->help);
            strbuf_adds(out, "'\n");
        }
        if (command->completes == COMPLETE_RECIPES)
            strbuf_addf(out,
                "complete -c %s -n '%s' -a '(%s list --names 2>/dev/null; __fish_complete_suffix .toml)'\n",
                name, when.ptr, name);
        else if (command->completes == COMPLETE_FILES)
            strbuf_addf(out, "complete -c %s -n '%s' -F\n", name, when.ptr);
        else if (command->completes == COMPLETE_VERBS)
            strbuf_addf(out, "complete -c %s -n '%s' -a '%s'\n", name, when.ptr, command->verbs);
        else if (command->completes == COMPLETE_COMMANDS)
            strbuf_addf(out, "complete -c %s -n '%s' -a '%s'\n", name, when.ptr, names.ptr);
    }
}

int help_completion(struct strbuf *out, const struct program *program, const char *shell, struct err *e)
{
    if (strcmp(shell, "bash") == 0)
        bash(out, program);
    else if (strcmp(shell, "zsh") == 0)
        zsh(out, program);
    else if (strcmp(shell, "fish") == 0)
        fish(out, program);
    else
        return err_set(e, ERR_USAGE, "--completion %s: not one of bash, zsh, fish", shell);
    return 0;
}
