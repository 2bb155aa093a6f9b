/* In place of wasi-libc's, whose sigset_t has room for eight signals. */
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h
#define __DEFINED_sigset_t
typedef unsigned long long sigset_t;
#endif
