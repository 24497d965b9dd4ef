"""Two lxml in one process: two_lxml.py OURS OTHER FIRST [global]

Each is a folder with a package lxml; FIRST ("ours" or "other") is imported first, with "global" in the scope of all that
comes later. Both have to go on as if they were alone: each by its own libxml2, ours by one for its two modules.
"""
import concurrent.futures
import gc
import os
import sys
import threading


def check(ok, what):
    if not ok:
        sys.exit("two_lxml: " + what)


def load(folder):
    sys.path.insert(0, folder)
    import lxml.etree
    import lxml.objectify
    found = sys.modules["lxml.etree"], sys.modules["lxml.objectify"]
    for name in [name for name in sys.modules if name.partition(".")[0] == "lxml"]:
        del sys.modules[name]
    sys.path.remove(folder)
    for module in found:
        check(os.path.realpath(module.__file__).startswith(os.path.realpath(folder) + "/"), "%s is %s" % (folder, module.__file__))
    return found


def mistake_of(etree, text):
    try:
        etree.fromstring(text)
    except etree.XMLSyntaxError as e:
        return " ".join(entry.message for entry in e.error_log)
    return ""


def use(etree, objectify):
    """What libxml2 keeps for a process or a thread: dictionaries, errors, entities, catalogues, callbacks."""
    check(etree.LIBXML_VERSION == etree.LIBXML_COMPILED_VERSION, "libxml2 is %s, not %s" % (
        etree.LIBXML_VERSION, etree.LIBXML_COMPILED_VERSION))
    said = mistake_of(etree, "<a><b></a>")
    check("mismatch" in said, "what is said of a mistake: %r" % said)
    check(not mistake_of(etree, "<a/>"), "a mistake where there is none")
    root = objectify.fromstring("<r xmlns:n='urn:n'><n:x>4</n:x><s>ä</s></r>")
    root.made = [1, 2.5, "three"]  # the module that is not etree makes nodes in etree's document
    root.set("{urn:n}a", "b")
    root.append(etree.XML("<from-etree/>"))
    text = etree.tostring(root)
    check(text.count(b"<made") == 3 and b"<from-etree/>" in text and b'n:a="b"' in text, "objectify made %r" % text)
    check(etree.fromstring(text).xpath("count(//made)") == 3.0, "what objectify made is not parsed again")
    objectify.deannotate(root, cleanup_namespaces=True)
    check(b"py:pytype" not in etree.tostring(root), "deannotate")
    style = etree.XSLT(etree.XML("""<x:stylesheet version='1.0' xmlns:x='http://www.w3.org/1999/XSL/Transform'>
        <x:template match='/'><o><x:value-of select='count(//made)'/></o></x:template></x:stylesheet>"""))
    check(str(style(root)).strip().endswith("<o>3</o>"), "XSLT of what objectify made")
    schema = etree.XMLSchema(etree.XML("""<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>
        <xs:element name='n' type='xs:int'/></xs:schema>"""))
    check(schema.validate(etree.XML("<n>4</n>")) and not schema.validate(etree.XML("<n>x</n>")), "XML Schema")


class Answers:
    """A resolver of one of them is asked by that one alone."""

    def __init__(self, etree):
        asked = self.asked = []

        class Resolver(etree.Resolver):
            def resolve(self, url, public, context):
                asked.append(url)
                return self.resolve_string("<!ENTITY e 'answered'>", context)
        self.parser = etree.XMLParser(load_dtd=True, resolve_entities=True)
        self.parser.resolvers.add(Resolver())
        self.etree = etree

    def parse(self):
        root = self.etree.fromstring("<!DOCTYPE a SYSTEM 'some.dtd'><a>&e;</a>", self.parser)
        check(root.text == "answered", "the entity is %r" % root.text)


def all_at_once(both):
    failed = []

    def work(pair):
        try:
            for _ in range(30):
                use(*pair)
        except BaseException as e:
            failed.append(e)
    threads = [threading.Thread(target=work, args=(pair,)) for pair in both + both]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not failed, "in threads: %r" % failed)


def main():
    ours, other, first = sys.argv[1:4]
    folders = [ours, other] if first == "ours" else [other, ours]
    flags = sys.getdlopenflags()
    if sys.argv[4:] == ["global"]:
        sys.setdlopenflags(flags | os.RTLD_GLOBAL)
    threads = [concurrent.futures.ThreadPoolExecutor(max_workers=1) for _ in folders]
    pairs = [threads[0].submit(load, folders[0]).result()]
    sys.setdlopenflags(flags)
    threads[0].submit(use, *pairs[0]).result()
    pairs.append(threads[1].submit(load, folders[1]).result())
    versions = [etree.LIBXML_VERSION for etree, _ in pairs]
    check(versions[0] != versions[1], "both have libxml2 %s" % (versions[0],))
    for i in (1, 0, 1, 0):
        threads[i].submit(use, *pairs[i]).result()
    answers = [threads[i].submit(Answers, pairs[i][0]).result() for i in (0, 1)]
    for i in (0, 1, 0, 1):
        threads[i].submit(answers[i].parse).result()
    check([len(a.asked) for a in answers] == [2, 2], "the resolvers were asked %s times" % [len(a.asked) for a in answers])
    all_at_once(pairs)
    del answers
    gc.collect()
    with open("/proc/self/maps") as maps:
        copies = {line.split()[-1] for line in maps if "/liblxml_" in line}
    check(len(copies) == 1, "the shared copies are %s" % sorted(copies))
    print("libxml2 %s and %s" % tuple(versions))


main()
