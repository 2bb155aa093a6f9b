#include_next <stdio.h>
#ifndef _KSHIM_STDIO_H
#define _KSHIM_STDIO_H
#ifdef __cplusplus
extern "C" {
#endif
FILE *popen(const char *, const char *);
int pclose(FILE *);
#ifdef __cplusplus
}
#endif
#endif
