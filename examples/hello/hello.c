/* The smallest extension with a library inside: zlib's checksums, with the stable ABI. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <zlib.h>

static PyObject *hello_crc32(PyObject *module, PyObject *args)
{
    const char *bytes;
    Py_ssize_t size;
    (void)module;
    if (!PyArg_ParseTuple(args, "y#:crc32", &bytes, &size))
        return NULL;
    return PyLong_FromUnsignedLong(crc32_z(0, (const unsigned char *)bytes, (size_t)size));
}

static PyObject *hello_zlib_version(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyUnicode_FromString(zlibVersion());
}

static PyMethodDef methods[] = {
    {"crc32", hello_crc32, METH_VARARGS, "The CRC-32 of some bytes."},
    {"zlib_version", hello_zlib_version, METH_NOARGS, "The version of zlib that is inside."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "hello", "Checksums by a zlib of its own.", 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_hello(void)
{
    return PyModuleDef_Init(&definition);
}
