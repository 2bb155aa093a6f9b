import { ashDialect, bashDialect, dashDialect, newerAshDialect } from './dialect';
import { shellProgram } from './start';

/** GNU bash. */
export const bash = shellProgram(bashDialect);
/** busybox ash, under any of its names. */
export const sh = shellProgram(ashDialect);
/** ash of busybox 1.37 and later. */
export const newerSh = shellProgram(newerAshDialect);
/** Debian's sh. */
export const dash = shellProgram(dashDialect);
