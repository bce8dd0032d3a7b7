#!/usr/bin/env python3
"""examples.py OUT FILE...: the first case that flags and the first near miss of every rule, from the tables of cases, as C for `--explain`."""
import sys

def cases(path):
    """(rule, text, flags, spares) of each case of a file; the text is as a person wrote it."""
    rule, lines = None, []
    def done():
        body = [l for l in lines if l.strip()]
        rows = [l for l in body[1:] if l[0] in "* "]
        if rule and body:
            yield rule, "\n".join(body), any(r[0] == "*" for r in rows), any(r[0] == " " for r in rows)
    for line in open(path, encoding="utf-8").read().split("\n") + ["rule end"]:
        starts_rule, starts_case = line.startswith("rule "), line.startswith("case:")
        if starts_rule or starts_case:
            yield from done()
            lines = []
        if starts_rule:
            rule = line[5:].strip()
        elif not line.startswith("#") and (starts_case or lines):
            lines.append(line.rstrip())

def quoted(text):
    if text is None:
        return "NULL"
    lines = text.replace("\\", "\\\\").replace('"', '\\"').split("\n")
    return "\n     ".join('"%s\\n"' % line for line in lines)

found = {}
for path in sys.argv[2:]:
    for rule, text, flags, spares in cases(path):
        entry = found.setdefault(rule, [None, None])
        if flags and not entry[0]:
            entry[0] = text
        if spares and not flags and not entry[1]:
            entry[1] = text
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write('#include "check/ssda903/report.h"\n\nconst struct rule_example rule_examples[] = {\n')
    for rule in sorted(found):
        out.write('    {"%s",\n     %s,\n     %s},\n' % (rule, quoted(found[rule][0]), quoted(found[rule][1])))
    out.write("};\nconst size_t n_rule_examples = sizeof rule_examples / sizeof rule_examples[0];\n")
