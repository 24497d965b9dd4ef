"""What object files hold: texts, names, tables of constants. Of 64-bit little-endian ELF in archives."""
import re
import struct

TEXT = re.compile(rb"[\t\n\r -~]{4,}")
SYMTAB, NOBITS, RELA = 2, 8, 4


def members(path):
    """(name, bytes) of each ELF object in a static archive."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:8] != b"!<arch>\n":
        return
    at, names = 8, b""
    while at + 60 <= len(data):
        name, size = data[at:at + 16].rstrip().decode("latin-1"), int(data[at + 48:at + 58])
        body = data[at + 60:at + 60 + size]
        at += 60 + size + size % 2
        if name == "//":
            names = body
        elif body[:6] == b"\x7fELF\x02\x01":
            if re.fullmatch(r"/\d+", name):
                name = names[int(name[1:]):].split(b"\n")[0].decode("latin-1")
            yield name.rstrip("/"), body


class Object:
    """One relocatable object."""

    def __init__(self, data):
        self.data = data
        offset, = struct.unpack_from("<Q", data, 0x28)
        count, = struct.unpack_from("<H", data, 0x3c)
        if not count:
            count, = struct.unpack_from("<Q", data, offset + 0x20)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + 64 * i) for i in range(count)]
        index, = struct.unpack_from("<H", data, 0x3e)
        self.names = self.bytes_of(self.sections[index]) if index < count else b""
        self.relocated = {s[7] for s in self.sections if s[1] == RELA and s[5]}

    def bytes_of(self, section):
        return b"" if section[1] == NOBITS else self.data[section[4]:section[4] + section[5]]

    def name_of(self, section):
        return self.names[section[0]:].split(b"\0")[0].decode("latin-1")

    def constants(self):
        """(index, section) of what is loaded, neither code nor zeroes."""
        for i, s in enumerate(self.sections):
            if s[1] == 1 and s[2] & 2 and not s[2] & 4 and not self.name_of(s).startswith((".eh_frame", ".note")):
                yield i, s

    def texts(self):
        """Whole texts, which no character stands before and a NUL behind."""
        for _, section in self.constants():
            data = self.bytes_of(section)
            for found in TEXT.finditer(data):
                if data[found.end():found.end() + 1] == b"\0":
                    yield found[0].decode()

    def symbols(self):
        """(name, is it global, type, section, value, size)"""
        for section in self.sections:
            if section[1] != SYMTAB:
                continue
            strings = self.bytes_of(self.sections[section[6]])
            for name, info, _, index, value, size in struct.iter_unpack("<IBBHQQ", self.bytes_of(section)):
                text = strings[name:strings.find(b"\0", name)].decode("latin-1")
                if text:
                    yield text, info >> 4 != 0, info & 15, index, value, size

    def tables(self, bytes_each):
        """The first bytes of each constant object that begins where tables do."""
        loaded = dict(self.constants())
        for _, _, kind, index, value, size in self.symbols():
            section = loaded.get(index)
            if kind != 1 or not section or size < bytes_each or section[8] % 16 or value % 16 or \
                    index in self.relocated or section[2] & 1:
                continue
            yield self.bytes_of(section)[value:value + bytes_each]
