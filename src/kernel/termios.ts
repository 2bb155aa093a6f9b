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
}

/** `stty sane` on a new terminal. */
export const saneTermios: Termios = {
  icrnl: true, inlcr: false, igncr: false, ixon: true, istrip: false,
  opost: true, onlcr: true,
  isig: true, icanon: true, echo: true, echoe: true, echok: true, echonl: false, echoctl: true, iexten: true, noflsh: false, tostop: false,
  intr: 3, quit: 28, erase: 127, kill: 21, eof: 4, eol: 0, susp: 26, start: 17, stop: 19, werase: 23, lnext: 22, reprint: 18,
  vmin: 1, vtime: 0,
}; // prettier-ignore

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}
