#include <Python.h>

static PyObject *add(PyObject *self, PyObject *args)
{
    long a, b;
    (void)self;
    if (!PyArg_ParseTuple(args, "ll", &a, &b))
        return NULL;
    return PyLong_FromLong(a + b);
}

static PyMethodDef functions[] = {
    {"add", add, METH_VARARGS, "add(a, b) -> the sum of both"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "{{module}}._{{module}}",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__{{module}}(void)
{
    return PyModuleDef_Init(&module);
}
