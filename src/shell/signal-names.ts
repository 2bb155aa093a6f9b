import { signalName, signalNumber } from '../kernel';
import type { Dialect } from './dialect';

const SIGIO = 29;

/** A signal's name as the shell says it: bash calls 29 IO, all else POLL. */
export const nameOfSignal = ({ extended }: Pick<Dialect, 'extended'>, number: number): string | undefined =>
  extended && number === SIGIO ? 'IO' : signalName(number);

/** The number of a name; bash knows no POLL. */
export const signalNamed = ({ extended }: Pick<Dialect, 'extended'>, text: string): number | undefined =>
  extended && /^(SIG)?POLL$/i.test(text) ? undefined : signalNumber(text);
