#ifndef ACCORD_CZSTD_H
#define ACCORD_CZSTD_H

#include <stddef.h>
#include <zstd.h>

// Dictionary 1 of record-v1.md, trained on generated sample patients only.
const void *accord_dictionary_1(void);
size_t accord_dictionary_1_size(void);

#endif
