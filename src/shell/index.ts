import { ashDialect, bashDialect } from './dialect';
import { shellProgram } from './start';

/** GNU bash. */
export const bash = shellProgram(bashDialect);
/** busybox ash, under any of its names. */
export const sh = shellProgram(ashDialect);
