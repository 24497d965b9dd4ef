"""Proves an xmlsec wheel, with the lxml that it was compiled for: a signature, what breaks it, and encryption."""

import sys


def check(ok, what):
    if not ok:
        sys.exit("test_xmlsec: " + what)


def signed(xmlsec, etree):
    root = etree.fromstring("<order><item>tea</item><item>milk</item></order>")
    node = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.HMAC_SHA256)
    root.append(node)
    reference = xmlsec.template.add_reference(node, xmlsec.Transform.SHA256)
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    context = xmlsec.SignatureContext()
    context.key = hmac_key(xmlsec)
    context.sign(node)
    return etree.tostring(root)


def hmac_key(xmlsec):
    return xmlsec.Key.from_binary_data(xmlsec.KeyData.HMAC, b"a key of a test, and no secret")


def verify(xmlsec, etree, text):
    root = etree.fromstring(text)
    context = xmlsec.SignatureContext()
    context.key = hmac_key(xmlsec)
    context.verify(xmlsec.tree.find_node(root, xmlsec.Node.SIGNATURE))


def main():
    import xmlsec
    from lxml import etree

    check(etree.LIBXML_VERSION == etree.LIBXML_COMPILED_VERSION, "lxml has another libxml2 than it was compiled with")
    text = signed(xmlsec, etree)
    check(b"<DigestValue>" in text or b":DigestValue>" in text, "what was signed has no digest")
    verify(xmlsec, etree, text)
    try:
        verify(xmlsec, etree, text.replace(b"tea", b"gin"))
        check(False, "a document that was changed was taken")
    except xmlsec.Error:
        pass

    root = etree.fromstring("<order><card>1234</card></order>")
    template = xmlsec.template.encrypted_data_create(
        root, xmlsec.Transform.AES256, type=xmlsec.EncryptionType.ELEMENT, ns="xenc")
    xmlsec.template.encrypted_data_ensure_cipher_value(template)
    key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    context = xmlsec.EncryptionContext()
    context.key = key
    secret = context.encrypt_xml(template, root.find("card"))
    hidden = etree.tostring(root)
    check(b"1234" not in hidden and b"CipherValue" in hidden, "the element is not encrypted")
    again = xmlsec.EncryptionContext()
    again.key = key
    plain = again.decrypt(secret)
    check(plain.tag == "card" and plain.text == "1234", "what was decrypted is %r" % etree.tostring(plain))
    for _ in range(200):  # nodes of one library are freed by the other
        verify(xmlsec, etree, text)
    print("xmlsec %s, libxmlsec1 %s, libxml2 %s" % (
        xmlsec.__version__, ".".join(map(str, xmlsec.get_libxmlsec_version())), ".".join(map(str, etree.LIBXML_VERSION))))


main()
