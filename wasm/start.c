/* The program's entry (link with -nostartfiles). The first system call brings arguments and environment, or says that this
 * is a fork's child. */
#include <stdlib.h>
#include <string.h>
#include "kcall.h"

void __wasm_call_ctors(void);
int __main_void(void);
int __main_argc_argv(int, char **) __attribute__((weak));
__attribute__((weak)) void fork_main(int child);
extern char **__wasilibc_environ;

static struct { uint32_t argc, envc; } counts;
static char *strings;

static char **vector(char **at, uint32_t count) {
  char **v = calloc(count + 1, sizeof *v), *p = *at;
  for (uint32_t i = 0; i < count; i++) {
    v[i] = p;
    p += strlen(p) + 1;
  }
  *at = p;
  return v;
}

/* What clang calls main when it takes no arguments; that one then replaces this. */
__attribute__((weak)) int __main_void(void) {
  char *p = strings;
  char **argv = vector(&p, counts.argc);
  return __main_argc_argv((int)counts.argc, argv);
}

/* weak: the compiler may not conclude that it never returns, for under fork_main it does */
__attribute__((weak, noinline)) void program(void) {
  __wasm_call_ctors();
  char *p = strings;
  for (uint32_t i = 0; i < counts.argc; i++) p += strlen(p) + 1;
  __wasilibc_environ = vector(&p, counts.envc);
  exit(__main_void());
}

__attribute__((noinline)) static int boot(void) {
  struct request q = {0, SYS_boot, {0}};
  struct reply r;
  kput(&q, NULL, 0);
  kget(&r, sizeof r);
  if (r.ret) return r.ret;
  kget(&counts, sizeof counts);
  strings = malloc(r.len - sizeof counts + 1);
  kget(strings, r.len - sizeof counts);
  return 0;
}

__attribute__((export_name("_start"))) void _start(void) {
  int child = boot();
  if (fork_main) fork_main(child);
  else program();
}
