/** termios(3), as far as the line discipline, `stty` and line editors need it. Control characters are byte values; 0 is off. */
export interface Termios {
  // input
  readonly icrnl: boolean;
  readonly inlcr: boolean;
  readonly igncr: boolean;
  readonly ixon: boolean;
  readonly istrip: boolean;
  // output
  readonly opost: boolean;
  readonly onlcr: boolean;
  // local
  readonly isig: boolean;
  readonly icanon: boolean;
  readonly echo: boolean;
  readonly echoe: boolean;
  readonly echok: boolean;
  readonly echonl: boolean;
  readonly echoctl: boolean;
  readonly iexten: boolean;
  readonly noflsh: boolean;
  readonly tostop: boolean;
  // characters
  readonly intr: number;
  readonly quit: number;
  readonly erase: number;
  readonly kill: number;
  readonly eof: number;
  readonly eol: number;
  readonly susp: number;
  readonly start: number;
  readonly stop: number;
  readonly werase: number;
  readonly lnext: number;
  readonly reprint: number;
  /** Non-canonical reads: least count of bytes, and timeout in tenths of a second. */
  readonly vmin: number;
  readonly vtime: number;
  readonly eol2: number;
  readonly swtch: number;
  readonly discard: number;
  /** Baud: a terminal here has no line, and remembers what it was told. */
  readonly speed: number;
  /** Those of its other flags that are set: nothing here goes by them. */
  readonly idle: ReadonlySet<string>;
}

/** As a new pseudo-terminal has them: tty_std_termios of the kernel, which `stty sane` differs from in two. */
export const newTermios: Termios = {
  icrnl: true, inlcr: false, igncr: false, ixon: true, istrip: false,
  opost: true, onlcr: true,
  isig: true, icanon: true, echo: true, echoe: true, echok: true, echonl: false, echoctl: true, iexten: true, noflsh: false, tostop: false,
  intr: 3, quit: 28, erase: 127, kill: 21, eof: 4, eol: 0, susp: 26, start: 17, stop: 19, werase: 23, lnext: 22, reprint: 18,
  vmin: 1, vtime: 0, eol2: 0, swtch: 0, discard: 15, speed: 38_400, idle: new Set(['cread', 'cs8', 'echoke', 'nl0', 'cr0', 'tab0', 'bs0', 'vt0', 'ff0']),
}; // prettier-ignore
export const saneTermios: Termios = { ...newTermios, idle: new Set([...newTermios.idle, 'brkint', 'imaxbel']) };

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}
