#!/bin/sh
# Projects of the package index as they are, by their own backends: setuptools, CMake, C, C++, Cython, a backend in
# the source, with and without a library that has to be known. Each wheel is proved for manylinux_2_17 and used. PROJECTS='markupsafe pyyaml' takes some.
# timeout: 3000
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$ROOT/tests/cli/delivered.sh"

markupsafe() {
    published_project markupsafe 3.0.4 'from markupsafe import _speedups, escape; assert escape("<a>") == "&lt;a&gt;"'
}

greenlet() {
    published_project greenlet 3.5.6 '
import greenlet
g = greenlet.greenlet(lambda x: greenlet.getcurrent().parent.switch(x + 1))
assert g.switch(1) == 2'
}

msgpack() {
    published_project msgpack 1.2.4 '
from msgpack import _cmsgpack, packb, unpackb
assert unpackb(packb({"a": [1, 2.5, None]})) == {"a": [1, 2.5, None]}'
}

kiwisolver() {
    published_project kiwisolver 1.5.1 '
import kiwisolver
x = kiwisolver.Variable("x"); s = kiwisolver.Solver(); s.addConstraint(x == 3); s.updateVariables()
assert x.value() == 3
try:
    s.addConstraint(x == 4)
except kiwisolver.UnsatisfiableConstraint:
    pass
else:
    raise SystemExit("no exception of C++ came through")'
}

pyyaml() {
    published_project pyyaml 6.0.4 '
import yaml
assert yaml.load("a: [1, 2]", yaml.CSafeLoader) == {"a": [1, 2]}
assert yaml.dump({"a": 1}, Dumper=yaml.CDumper) == "a: 1\n"'
}

# The module alone: the package around it needs pycparser.
cffi() {
    published_project cffi 2.1.1 '
import _cffi_backend as b
number, size, real, wide, char = [b.new_primitive_type(n) for n in ("int", "size_t", "double", "long double", "char")]
text = b.new_pointer_type(char)
c = b.load_library(None)
strlen = c.load_function(b.new_function_type((text,), size, False), "strlen")
assert strlen(b.newp(b.new_array_type(text, None), b"libffi")) == 6
snprintf = c.load_function(b.new_function_type((text, size, text), number, True), "snprintf")
room, form = b.newp(b.new_array_type(text, 20)), b.newp(b.new_array_type(text, None), b"%d %.1f")
snprintf(room, 20, form, b.cast(number, 7), b.cast(real, 1.5))
assert b.string(room) == b"7 1.5"
pointer = b.new_pointer_type(number)
order = b.new_function_type((pointer, pointer), number, False)
qsort = c.load_function(b.new_function_type((pointer, size, size, order), b.new_void_type(), False), "qsort")
numbers = b.newp(b.new_array_type(pointer, 3), [3, 1, 2])
qsort(numbers, 3, 4, b.callback(order, lambda x, y: x[0] - y[0]))
assert list(numbers) == [1, 2, 3]
pair = b.new_struct_type("struct pair")
b.complete_struct_or_union(pair, [("a", real, -1), ("n", number, -1)])
back = b.callback(b.new_function_type((pair, wide), pair, False), lambda p, more: (p.a + float(more), p.n + 1))
p = back(b.newp(b.new_pointer_type(pair), [1.5, 2])[0], b.cast(wide, 2))
assert (p.a, p.n) == (3.5, 3)'
}

# By CMake. It imports another distribution, which is not here: its compiled module is used alone.
levenshtein() {
    SOUND=$(printf '%s\n' "$SOUND" | grep -v '^assert any(.*"passed"')
    published_project levenshtein 0.27.3 '
import glob, importlib.util
file, = glob.glob("site/Levenshtein/levenshtein_cpp*.so")
spec = importlib.util.spec_from_file_location("levenshtein_cpp", file)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
assert module.median(["ab", "abc", "abd"]) == "ab"
assert module.seqratio(["a", "b"], ["a", "b"]) == 1.0'
}

# One wheel for the stable ABI. Its Python files import cffi, which the index has.
pynacl() {
    published_project pynacl 1.6.2 'import nacl'
    expect_file dist/pynacl-1.6.2-cp38-abi3-*.whl
    "$python" -m pip install --quiet --target more cffi 2>/dev/null || skip "cffi cannot be had here"
    run_command env PYTHONPATH=site:more "$python" -c '
import nacl.exceptions, nacl.public, nacl.pwhash, nacl.secret, nacl.signing, nacl.utils
box = nacl.secret.SecretBox(nacl.utils.random(32))
assert box.decrypt(box.encrypt(b"text")) == b"text"
key = nacl.signing.SigningKey.generate()
signed = key.sign(b"text")
assert key.verify_key.verify(signed) == b"text"
try:
    key.verify_key.verify(signed[:-1] + b"T")
except nacl.exceptions.BadSignatureError:
    pass
else:
    raise SystemExit("a changed text was taken")
assert nacl.pwhash.argon2id.verify(nacl.pwhash.argon2id.str(b"word", opslimit=1, memlimit=8192), b"word")
a, b = nacl.public.PrivateKey.generate(), nacl.public.PrivateKey.generate()
sealed = nacl.public.Box(a, b.public_key).encrypt(b"to b")
assert nacl.public.Box(b, a.public_key).decrypt(sealed) == b"to b"'
    expect_status 0
}

# By scikit-build-core, with a library in C++ whose CMake target has another name where it is static.
pyzmq() {
    published_project pyzmq 27.3.0 '
import zmq
assert zmq.has("curve") and zmq.has("ipc"), zmq.zmq_version()
context = zmq.Context()
server, client = context.socket(zmq.REP), context.socket(zmq.REQ)
public, secret = zmq.curve_keypair()
server.curve_secretkey, server.curve_publickey, server.curve_server = secret, public, True
mine, own = zmq.curve_keypair()
client.curve_publickey, client.curve_secretkey, client.curve_serverkey = mine, own, public
port = server.bind_to_random_port("tcp://127.0.0.1")
client.connect("tcp://127.0.0.1:%d" % port)
client.send(b"asked")
assert server.recv() == b"asked"
server.send(b"answered")
assert client.recv() == b"answered"
try:
    client.recv(zmq.NOBLOCK)
except (zmq.Again, zmq.ZMQError):
    pass
context.destroy(0)'
}

# A setup.py that looks for its libraries in folders, and modules that share none of them.
pillow() {
    published_project pillow 13.0.0 '
import io
from PIL import Image, ImageCms, ImageDraw, ImageFont, features
for feature in ("freetype2", "jpg", "jpg_2000", "libjpeg_turbo", "libtiff", "littlecms2", "webp", "zlib"):
    assert features.check(feature), feature
assert not features.check("xcb")
picture = Image.linear_gradient("L").convert("RGB")
ImageDraw.Draw(picture).text((10, 10), "Text", font=ImageFont.load_default(40), fill="red")
def again(form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")
for form, options in (("PNG", {}), ("WEBP", {"lossless": True}), ("JPEG2000", {"irreversible": False}), ("BMP", {}),
                      *(("TIFF", {"compression": c}) for c in ("raw", "tiff_lzw", "tiff_adobe_deflate", "zstd", "lzma"))):
    assert again(form, **options).tobytes() == picture.tobytes(), (form, options)
for form, options in (("JPEG", {"quality": 95}), ("TIFF", {"compression": "jpeg"}), ("WEBP", {"quality": 95})):
    other = again(form, **options)
    assert max(abs(a - b) for a, b in zip(other.resize((8, 8)).tobytes(), picture.resize((8, 8)).tobytes())) < 12, form
profile = ImageCms.createProfile("sRGB")
assert ImageCms.profileToProfile(picture, profile, profile).size == picture.size'
}

# Two of its modules have libxml2 inside: they share one copy.
lxml() {
    published_project lxml 6.1.3 '
from lxml import etree, objectify
tree = objectify.fromstring("<a><b>1</b><b>2</b></a>")
assert [int(b) for b in tree.b] == [1, 2]
sheet = etree.XML("""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><x><xsl:value-of select="count(//b)"/></x></xsl:template></xsl:stylesheet>""")
assert etree.XSLT(sheet)(tree).getroot().text == "2"
try:
    objectify.fromstring("<a>")
except etree.XMLSyntaxError as e:
    assert "ERR_TAG_NOT_FINISHED" in str(e.error_log)
else:
    raise SystemExit("what is not closed was taken")'
    expect_file site/lxml.libs/liblxml_*.so
    grep -q '"staticbuild:shared-copy"' site/lxml-*.dist-info/sboms/staticbuild.cdx.json || fail "the bill does not tell of it"
}

# Its setup.py loads HDF5 to ask for its version, and its modules, 25 of them, share one copy. It imports numpy.
h5py() {
    SOUND=$(printf '%s\n' "$SOUND" | grep -v '^assert any(.*"passed"')
    published_project h5py 3.16.0 'pass'
    expect_file site/h5py.libs/libh5py_*.so
    "$python" -m pip install --quiet --target more numpy pytest pytest-mpi 2>/dev/null || skip "numpy cannot be had here"
    run_command env PYTHONPATH=site:more PYTHONDONTWRITEBYTECODE=1 "$python" -c '
import h5py, numpy
with h5py.File("a.h5", "w") as f:
    f.create_dataset("x/y", data=numpy.arange(10000).reshape(100, 100), compression="gzip", shuffle=True, fletcher32=True)
    f["x"].attrs["named"] = "text"
with h5py.File("a.h5") as f:
    assert f["x/y"][3, 4] == 304 and f["x"].attrs["named"] == "text"
    try:
        f["x/z"]
    except KeyError as e:
        assert "Unable to synchronously open object" in str(e), e
    else:
        raise SystemExit("what is not there was found")'
    expect_status 0
    # One of its own tests is about permissions, which do not hold for root.
    run_command env -C / PYTHONPATH="$PWD/site:$PWD/more" PYTHONDONTWRITEBYTECODE=1 timeout 900 "$python" -m pytest -q \
        -p no:cacheprovider --pyargs h5py -k 'not test_append_permissions'
    expect_status 0
    expect_out ' passed'
}

# In Rust, by maturin and by setuptools-rust.
rpds_py() {
    need_rust
    published_project rpds-py 2026.9.1 '
from rpds import HashTrieMap, HashTrieSet, List
m = HashTrieMap({"a": 1}).insert("b", 2)
assert dict(m.items()) == {"a": 1, "b": 2} and m.remove("a").get("a") is None
assert 3 in HashTrieSet([1, 2, 3]) and list(List([1, 2]).push_front(0)) == [0, 1, 2]'
    "$python" -m zipfile -e dist/*.whl opened
    expect_file opened/*.dist-info/licenses/crates/archery-*
}

bcrypt() {
    need_rust
    published_project bcrypt 5.0.0 '
import bcrypt
word = bcrypt.hashpw(b"word", bcrypt.gensalt(4))
assert bcrypt.checkpw(b"word", word) and not bcrypt.checkpw(b"other", word)
assert len(bcrypt.kdf(b"word", b"salt", 32, 4)) == 32'
}

# By maturin, with OpenSSL inside its only module, for the stable ABI. Its Python files import cffi.
cryptography() {
    need_rust
    published_project cryptography 50.0.2 'import cryptography'
    expect_file dist/cryptography-50.0.2-*-abi3-*.whl
    run sbom dist/*.whl
    expect_out '"name": "openssl"' '"pkg:cargo/openssl-sys@'
    "$python" -m pip install --quiet --target more cffi 2>/dev/null || skip "cffi cannot be had here"
    run_command env PYTHONPATH=site:more "$python" -c '
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, padding
box = Fernet(Fernet.generate_key())
assert box.decrypt(box.encrypt(b"text")) == b"text"
key = ec.generate_private_key(ec.SECP256R1())
signed = key.sign(b"text", ec.ECDSA(hashes.SHA256()))
key.public_key().verify(signed, b"text", ec.ECDSA(hashes.SHA256()))
try:
    key.public_key().verify(signed, b"other", ec.ECDSA(hashes.SHA256()))
except InvalidSignature:
    pass
else:
    raise SystemExit("a changed text was taken")
other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
assert other.decrypt(other.public_key().encrypt(b"text", oaep), oaep) == b"text"'
    expect_status 0
}

# By Meson. It imports numpy, which is not here when the wheel is tried.
contourpy() {
    SOUND=$(printf '%s\n' "$SOUND" | grep -v '^assert any(.*"passed"')
    published_project contourpy 1.3.3 'pass'
    "$python" -m pip install --quiet --target more numpy 2>/dev/null || skip "numpy cannot be had here"
    run_command env PYTHONPATH=site:more "$python" -c '
import contourpy
line, = contourpy.contour_generator(z=[[0, 1], [2, 3]]).lines(1.5)
assert line.tolist() == [[0.0, 0.75], [1.0, 0.25]], line'
    expect_status 0
}

# With the Brotli of a recipe instead of its own copy: the bill of materials names it.
brotli() {
    published_project brotli 1.2.0 '
import brotli
data = bytes(range(256)) * 500
assert brotli.decompress(brotli.compress(data)) == data and len(brotli.compress(data)) < 1000
try:
    brotli.decompress(b"wrong")
except brotli.error:
    pass'
    run sbom dist/*.whl
    expect_status 0
    expect_out '"name": "brotli"'
}

lz4() {
    published_project lz4 4.4.5 '
import lz4.block, lz4.frame
data = bytes(range(256)) * 500
assert lz4.frame.decompress(lz4.frame.compress(data)) == data == lz4.block.decompress(lz4.block.compress(data))
assert lz4.library_version_number() >= 11000'
}

run_tests markupsafe greenlet msgpack kiwisolver pyyaml cffi levenshtein pynacl pyzmq pillow lxml h5py brotli lz4 rpds_py bcrypt cryptography contourpy
