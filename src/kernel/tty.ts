import { anonymousStat, ByteQueue, Description, type Readiness } from './description';
import { Errno } from './errno';
import { disassociate, isOrphaned } from './exit';
import type { Bytes, OpenFlag, Stat } from './file';
import type { Kernel } from './kernel';
import type { Pid } from './namespaces';
import { SIG } from './signal';
import type { TaskImpl } from './task';
import { newTermios, type Termios, type WindowSize } from './termios';
import type { Location } from './vfs';
import { again, WaitQueue, type Again } from './wait-queue';

const CR = 13;
const NL = 10;
const BS = 8;
const TAB = 9;

/** A pseudo-terminal with Linux's line discipline (n_tty, termios(3)). */
export class Tty {
  termios: Termios = newTermios;
  size: WindowSize;
  session: Pid | undefined;
  foreground: Pid | undefined;
  hungUp = false;
  readonly queue = new WaitQueue();
  /** Complete input: lines, or an end of file as an empty one. */
  #lines: Bytes[] = [];
  #line: number[] = [];
  #raw = new ByteQueue();
  #literal = false;
  /** By Ctrl-S. */
  #stopped = false;
  /** By the host, which has not shown what it got. */
  #full = false;
  #held = new ByteQueue();
  #output: (bytes: Bytes) => void = () => undefined;
  #column = 0;
  #echoes: number[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly index: number,
    size: WindowSize = { columns: 80, rows: 24 },
  ) {
    this.size = size;
  }
  get path(): string {
    return `/dev/pts/${this.index}`;
  }
  onOutput(listener: (bytes: Bytes) => void): void {
    this.#output = listener;
    if (this.#held.length && !this.outputStopped) listener(this.#held.shift(this.#held.length));
  }

  setTermios(termios: Termios): void {
    const wasCanonical = this.termios.icanon;
    this.termios = termios;
    if (wasCanonical && !termios.icanon) {
      for (const line of this.#lines) this.#raw.push(line);
      this.#raw.push(Uint8Array.from(this.#line));
      this.#lines = [];
      this.#line = [];
    } else if (!wasCanonical && termios.icanon && this.#raw.length) this.#lines.push(this.#raw.shift(this.#raw.length));
    this.queue.wake();
  }
  resize(size: WindowSize): void {
    if (size.columns === this.size.columns && size.rows === this.size.rows) return;
    this.size = size;
    this.#signal(SIG.WINCH);
  }
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    const leader = this.session && this.kernel.leaderOf(this.session);
    if (this.session) disassociate(this.kernel, this, leader);
    this.queue.wake();
  }
  #signal(signal: number): void {
    if (this.foreground) for (const task of this.kernel.groupMembers(this.foreground)) task.post(signal, undefined);
  }

  /** What is typed. */
  receive(bytes: Bytes): void {
    if (this.hungUp) return;
    for (const byte of bytes) this.#receiveByte(byte);
    this.#showEchoes();
    this.queue.wake();
  }
  #receiveByte(given: number): void {
    const { termios } = this;
    let byte = termios.istrip ? given & 127 : given;
    const is = (character: number): boolean => character !== 0 && byte === character;
    if (this.#literal) {
      this.#literal = false;
      return this.#take(byte);
    }
    if (termios.ixon) {
      if (is(termios.start)) return this.#flow(false);
      if (is(termios.stop)) return this.#flow(true);
    }
    if (termios.isig) {
      const signal = is(termios.intr) ? SIG.INT : is(termios.quit) ? SIG.QUIT : is(termios.susp) ? SIG.TSTP : 0;
      if (signal) {
        if (!termios.noflsh) this.#flush();
        if (this.#stopped) this.#flow(false);
        this.#echo(byte);
        this.#showEchoes();
        return this.#signal(signal);
      }
    }
    if (byte === CR) {
      if (termios.igncr) return;
      if (termios.icrnl) byte = NL;
    } else if (byte === NL && termios.inlcr) byte = CR;
    if (!termios.icanon) return this.#take(byte);
    if (is(termios.erase)) return void this.#erase();
    if (is(termios.kill)) {
      while (this.#erase());
      return;
    }
    if (termios.iexten && is(termios.werase)) {
      while (this.#line.length && isBlank(this.#line.at(-1)) && this.#erase());
      while (this.#line.length && !isBlank(this.#line.at(-1)) && this.#erase());
      return;
    }
    if (termios.iexten && is(termios.lnext)) {
      this.#literal = true;
      if (termios.echo && termios.echoctl) this.#show(94, BS);
      return;
    }
    if (termios.iexten && is(termios.reprint)) {
      this.#echo(byte);
      this.#show(NL);
      for (const each of this.#line) this.#echo(each);
      return;
    }
    if (is(termios.eof)) return this.#endLine();
    this.#take(byte);
    if (byte === NL || is(termios.eol)) this.#endLine();
  }
  #take(byte: number): void {
    if (!this.termios.icanon) this.#raw.push(Uint8Array.of(byte));
    else if (this.#line.length < 4095 || byte === NL) this.#line.push(byte);
    else return this.#show(7);
    this.#echo(byte);
  }
  #endLine(): void {
    this.#lines.push(Uint8Array.from(this.#line));
    this.#line = [];
  }
  /** Drops input, and echoes that have not been shown yet (n_tty's isig()). */
  #flush(): void {
    this.#echoes = [];
    this.#line = [];
    this.#lines = [];
    this.#raw = new ByteQueue();
  }
  #flow(stop: boolean): void {
    this.#stopped = stop;
    this.#release();
  }
  hold(on: boolean): void {
    if (this.#full === on) return;
    this.#full = on;
    this.#release();
  }
  #release(): void {
    if (this.outputStopped) return;
    if (this.#held.length) this.#output(this.#held.shift(this.#held.length));
    this.queue.wake();
  }
  #echo(byte: number): void {
    const { echo, echonl, echoctl, icanon } = this.termios;
    if (!echo) {
      if (echonl && icanon && byte === NL) this.#show(NL);
    } else if (echoctl && ((byte < 32 && byte !== NL && byte !== TAB) || byte === 127)) this.#show(94, byte ^ 64);
    else this.#show(byte);
  }
  /** Takes back one character of the line; false when there is none. */
  #erase(): boolean {
    let byte = this.#line.pop();
    if (byte === undefined) return false;
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop();
    const { echo, echoe, echoctl, erase } = this.termios;
    if (!echo || byte === undefined) return true;
    if (!echoe) this.#echo(erase);
    else for (let width = byte < 32 || byte === 127 ? (echoctl ? 2 : 0) : 1; width > 0; width--) this.#show(BS, 32, BS);
    return true;
  }
  #show(...bytes: number[]): void {
    this.#echoes.push(...bytes);
  }
  #showEchoes(): void {
    const bytes = this.#echoes;
    this.#echoes = [];
    if (bytes.length) this.transmit(Uint8Array.from(bytes));
  }
  /** Output processing, then the screen. */
  transmit(bytes: Bytes): void {
    const shown: number[] = [];
    for (const byte of bytes) {
      if (byte === NL && this.termios.opost && this.termios.onlcr) shown.push(CR);
      shown.push(byte);
      this.#column = byte === NL || byte === CR ? 0 : this.#column + 1;
    }
    if (this.outputStopped) this.#held.push(Uint8Array.from(shown));
    else this.#output(Uint8Array.from(shown));
  }
  get outputStopped(): boolean {
    return this.#stopped || this.#full;
  }

  get inputReady(): boolean {
    return this.hungUp || (this.termios.icanon ? this.#lines.length > 0 : this.#raw.length >= Math.max(1, this.termios.vmin));
  }
  take(max: number): Bytes | Again {
    if (!this.termios.icanon) {
      if (this.#raw.length >= Math.max(1, this.termios.vmin)) return this.#raw.shift(max);
      return this.hungUp || (this.termios.vmin === 0 && this.termios.vtime === 0) ? new Uint8Array(0) : again;
    }
    const line = this.#lines[0];
    if (!line) return this.hungUp ? new Uint8Array(0) : again;
    if (line.length <= max) this.#lines.shift();
    else this.#lines[0] = line.subarray(max);
    return line.subarray(0, max);
  }
  /** What has come, once VTIME is over. */
  takeRaw(max: number): Bytes {
    return this.#raw.shift(max);
  }

  /** Background access: false when the caller got a signal instead. */
  mayAccess(task: TaskImpl, signal: typeof SIG.TTIN | typeof SIG.TTOU): boolean {
    if (task.tty !== this || !this.foreground || task.group === this.foreground) return true;
    if (task.isBlocked(signal) || task.isIgnored(signal)) {
      if (signal === SIG.TTOU) return true;
      throw new Errno('EIO');
    }
    if (isOrphaned(this.kernel, task.group)) throw new Errno('EIO');
    for (const member of this.kernel.groupMembers(task.group)) member.post(signal, undefined);
    return false;
  }
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === TAB;

export class TtyDescription extends Description {
  override readonly queue: WaitQueue;
  constructor(
    readonly tty: Tty,
    flags: readonly OpenFlag[],
    location?: Location,
  ) {
    super(tty.path, flags, location);
    this.queue = tty.queue;
  }
  stat(): Stat {
    return this.location?.inode.stat() ?? anonymousStat('char', 3 + this.tty.index, 0o620, (136 << 8) | this.tty.index);
  }
  override tryRead(task: TaskImpl, max: number): Bytes | Again {
    return this.tty.mayAccess(task, SIG.TTIN) ? this.tty.take(max) : again;
  }
  override tryWrite(task: TaskImpl, bytes: Bytes): number | Again {
    if (this.tty.hungUp) throw new Errno('EIO');
    if (this.tty.termios.tostop && !this.tty.mayAccess(task, SIG.TTOU)) return again;
    if (this.tty.outputStopped) return again;
    this.tty.transmit(bytes);
    return bytes.length;
  }
  override poll(): Readiness {
    return { in: this.tty.inputReady, out: !this.tty.outputStopped, hup: this.tty.hungUp, err: false };
  }
}

/** The master side, for programs that open /dev/ptmx. */
export class MasterDescription extends Description {
  readonly #shown = new ByteQueue();
  constructor(
    readonly tty: Tty,
    flags: readonly OpenFlag[],
    location: Location,
  ) {
    super('/dev/ptmx', flags, location);
    tty.onOutput((bytes) => {
      this.#shown.push(bytes);
      this.queue.wake();
    });
  }
  stat(): Stat {
    return this.location?.inode.stat() ?? anonymousStat('char', 2, 0o666, (5 << 8) | 2);
  }
  override tryRead(_task: TaskImpl, max: number): Bytes | Again {
    return this.#shown.length ? this.#shown.shift(max) : again;
  }
  override tryWrite(_task: TaskImpl, bytes: Bytes): number {
    this.tty.receive(bytes);
    return bytes.length;
  }
  override poll(): Readiness {
    return { in: this.#shown.length > 0, out: true, hup: false, err: false };
  }
  override released(): void {
    this.tty.kernel.closePty(this.tty);
  }
}
