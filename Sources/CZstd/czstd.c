#include "czstd.h"

static const unsigned char dictionary_1[] = {
#embed "dictionary-1.zdict"
};

const void *accord_dictionary_1(void) { return dictionary_1; }

size_t accord_dictionary_1_size(void) { return sizeof dictionary_1; }
