"""Proves an lxml wheel: parsing, XPath, XSLT with EXSLT, schemas, encodings, and its compiled helpers."""

import io
import sys


def check(ok, what):
    if not ok:
        sys.exit("test_lxml: " + what)


def main():
    from lxml import etree, objectify, sax
    from lxml.html import diff, fromstring

    check(etree.__version__ == "6.1.3", "lxml is %s" % etree.__version__)
    check(etree.LIBXML_VERSION == etree.LIBXML_COMPILED_VERSION, "libxml2 is not the one it was compiled with")
    check(etree.LIBXSLT_VERSION == etree.LIBXSLT_COMPILED_VERSION, "libxslt is not the one it was compiled with")
    for module in (etree, objectify, sax, diff):
        check(getattr(module, "__file__", "built-in").endswith((".so", "built-in")), "%s came from %s" % (module.__name__, module.__file__))

    root = etree.fromstring("<a x='1'><b>eins</b><b>zwei ä</b></a>")
    check(root.xpath("string(//b[2])") == "zwei ä", "XPath")
    check(root.xpath("count(//b)") == 2.0, "XPath numbers")
    check(etree.tostring(root, encoding="iso-8859-15").startswith(b"<?xml"), "an encoding of iconv")
    style = etree.XSLT(etree.XML("""
        <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
            xmlns:str="http://exslt.org/strings" extension-element-prefixes="str">
          <xsl:template match="/"><o><xsl:value-of select="str:align('x', '----', 'right')"/></o></xsl:template>
        </xsl:stylesheet>"""))
    check(str(style(root)).strip().endswith("<o>---x</o>"), "XSLT with EXSLT")
    schema = etree.XMLSchema(etree.XML("""
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:element name="n" type="xs:int"/></xs:schema>"""))
    check(schema.validate(etree.XML("<n>4</n>")) and not schema.validate(etree.XML("<n>x</n>")), "XML Schema")
    rng = etree.RelaxNG(etree.XML('<element name="e" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>'))
    check(rng.validate(etree.XML("<e/>")) and not rng.validate(etree.XML("<f/>")), "RELAX NG")
    try:
        etree.fromstring("<a><b></a>")
        check(False, "a mistake was parsed")
    except etree.XMLSyntaxError as e:
        check("mismatch" in str(e), "the message of a mistake is: %s" % e)
    events = [event for event, _ in etree.iterparse(io.BytesIO(b"<a><b/></a>"), events=("start", "end"))]
    check(events == ["start", "start", "end", "end"], "iterparse")
    check(objectify.fromstring("<r><n>4</n></r>").n + 1 == 5, "objectify")
    check(fromstring("<p>one<br>two").text == "one", "HTML")
    check("<ins>" in diff.htmldiff("<p>a</p>", "<p>a b</p>"), "htmldiff")
    try:
        etree.fromstring("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")
        check(False, "an entity of the machine was taken")
    except etree.XMLSyntaxError as e:
        check("not defined" in str(e), "the message of an entity is: %s" % e)
    print("lxml %s, libxml2 %s, libxslt %s" % (etree.__version__, ".".join(map(str, etree.LIBXML_VERSION)),
                                              ".".join(map(str, etree.LIBXSLT_VERSION))))


main()
