import { ashDialect, bashDialect, dashDialect } from './dialect';
import { shellProgram } from './start';

/** GNU bash. */
export const bash = shellProgram(bashDialect);
/** busybox ash, under any of its names. */
export const sh = shellProgram(ashDialect);
/** Debian's sh. */
export const dash = shellProgram(dashDialect);
