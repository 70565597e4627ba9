#ifndef PEREGRINE_C_IMAGE_CODECS_LAZY_LIBRARY_H
#define PEREGRINE_C_IMAGE_CODECS_LAZY_LIBRARY_H

// libtiff and libwebp are loaded when the first picture of their kind comes. Linked, they and the seven libraries that
// libtiff needs would take more than a millisecond of every start of the program, a tenth of it.
//
// A codec lists the functions that it calls: LAZY_LIBRARY declares a table of them, and a macro of each function's name
// leads calls there.
#define LAZY_FIELD(name) __typeof__(name) *name;
#define LAZY_NAME(name) #name,
#define LAZY_TABLE(type, functions) \
  typedef struct {                  \
    functions(LAZY_FIELD)           \
  } type

// Loads a library and fills a table with the addresses of `count` functions; returns 0 where the library or one of the
// functions is missing.
int codec_load_library(const char *soname, const char *const names[], int count, void *table[]);

#endif
