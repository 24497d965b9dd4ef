import sys

import hello

if hello.crc32(b"123456789") != 0xCBF43926:
    sys.exit("crc32 is wrong")
print("hello, with zlib " + hello.zlib_version())
