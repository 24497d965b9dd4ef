/* How many elements an array has. */
#ifndef BASE_COUNT_H
#define BASE_COUNT_H

/* Of an array, never of a pointer: gcc warns of that (-Wsizeof-pointer-div). */
#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
