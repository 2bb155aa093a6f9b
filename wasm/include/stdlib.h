#include_next <stdlib.h>
#ifdef __cplusplus
extern "C"
#endif
int system(const char *);
