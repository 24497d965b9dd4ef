#include <Python.h>

#include <exception>

namespace {

long sum(long a, long b)
{
    return a + b;
}

PyObject *add(PyObject *, PyObject *args)
{
    long a, b;
    if (!PyArg_ParseTuple(args, "ll", &a, &b))
        return nullptr;
    try { // no exception of C++ may leave for the interpreter
        return PyLong_FromLong(sum(a, b));
    } catch (const std::exception &e) {
        PyErr_SetString(PyExc_RuntimeError, e.what());
        return nullptr;
    }
}

PyMethodDef functions[] = {
    {"add", add, METH_VARARGS, "add(a, b) -> the sum of both"},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot slots[] = {
    {0, nullptr},
};

PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "{{module}}._{{module}}", nullptr, 0, functions, slots, nullptr, nullptr, nullptr,
};

} // namespace

PyMODINIT_FUNC PyInit__{{module}}(void)
{
    return PyModuleDef_Init(&module);
}
