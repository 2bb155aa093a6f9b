import type { Bytes, HostInput, KernelApi, Process, Pty, WindowSize } from '../../kernel';
import type { LogWriter } from './cri-log';
import type { AttachSession, ContainerConfig } from './types';

/** Input that is pushed as it comes; what came before the kernel listens waits. */
export class InputQueue implements HostInput {
  #waiting: Bytes[] = [];
  #ended = false;
  #onData: ((bytes: Bytes) => void) | undefined;
  #onEnd: (() => void) | undefined;

  push(bytes: Bytes): void {
    if (this.#ended) return;
    if (this.#onData) this.#onData(bytes);
    else this.#waiting.push(bytes);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd?.();
  }

  listen(onData: (bytes: Bytes) => void, onEnd: () => void): void {
    this.#onData = onData;
    this.#onEnd = onEnd;
    for (const bytes of this.#waiting.splice(0)) onData(bytes);
    if (this.#ended) onEnd();
  }
}

/** Moves a descriptor that was just attached to the number it is for. */
export function install(child: Process, fd: number, at: number): void {
  if (fd === at) return;
  child.dup2(fd, at);
  child.close(fd);
}

/** Gives a process its terminal as 0, 1, 2 and as controlling terminal. */
export function installTerminal(kernel: KernelApi, child: Process, pty: Pty): void {
  for (const fd of [0, 1, 2]) install(child, kernel.attachPty(child, pty), fd);
  child.setControllingTerminal(0);
}

type Sink = (stream: 'stdout' | 'stderr', bytes: Bytes) => void;

/** A container's standard streams: its log gets all output; attached clients get it from when they came. */
export class ContainerStreams {
  readonly #kernel: KernelApi;
  readonly #config: ContainerConfig;
  readonly #log: { out: LogWriter; err: LogWriter };
  readonly #sinks = new Set<Sink>();
  readonly #stdin = new InputQueue();
  #pty: Pty | undefined;
  #open = 2;
  #onDone: (() => void) | undefined;
  #endedResolve: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => (this.#endedResolve = resolve));

  constructor(kernel: KernelApi, config: ContainerConfig, log: { out: LogWriter; err: LogWriter }) {
    this.#kernel = kernel;
    this.#config = config;
    this.#log = log;
  }

  /** In the container's first process, before exec. */
  install(child: Process): void {
    if (this.#config.tty) {
      // its size is unknown until a client tells it
      const pty = (this.#pty = this.#kernel.openPty({ columns: 0, rows: 0 }));
      pty.onOutput((bytes) => this.#output('stdout', bytes));
      if (this.#config.stdin)
        this.#stdin.listen(
          (bytes) => pty.write(bytes),
          () => {},
        );
      installTerminal(this.#kernel, child, pty);
      return;
    }
    install(child, this.#kernel.attach(child, this.#config.stdin ? { from: this.#stdin } : 'null'), 0);
    install(child, this.#kernel.attach(child, { to: (bytes) => this.#output('stdout', bytes), onClose: () => this.#closed() }), 1);
    install(child, this.#kernel.attach(child, { to: (bytes) => this.#output('stderr', bytes), onClose: () => this.#closed() }), 2);
  }

  #output(stream: 'stdout' | 'stderr', bytes: Bytes): void {
    (stream === 'stdout' ? this.#log.out : this.#log.err).write(bytes);
    for (const sink of [...this.#sinks]) sink(stream, bytes);
  }

  #closed(): void {
    if (--this.#open === 0) this.#onDone?.();
  }

  /** The container ended: the log gets what had no newline. */
  end(): void {
    this.#log.out.end();
    this.#log.err.end();
    this.#pty?.close();
    this.#endedResolve();
    this.#sinks.clear();
  }

  attach(client: { stdin?: HostInput; stdout: (bytes: Bytes) => void; stderr: (bytes: Bytes) => void; size?: WindowSize }): AttachSession {
    let detach: () => void = () => {};
    const detached = new Promise<void>((resolve) => (detach = resolve));
    const sink: Sink = (stream, bytes) => (stream === 'stdout' ? client.stdout : client.stderr)(bytes);
    this.#sinks.add(sink);
    client.stdin?.listen(
      (bytes) => this.#stdin.push(bytes),
      () => {
        if (this.#config.stdinOnce) this.#stdin.end();
      },
    );
    if (client.size) this.#pty?.resize(client.size);
    return {
      ended: Promise.race([this.#ended, detached]),
      resize: (size) => this.#pty?.resize(size),
      detach: () => {
        this.#sinks.delete(sink);
        detach();
      },
    };
  }
}

/** Descriptors 0, 1 and 2 on the null device. */
export function nullStdio(kernel: KernelApi, child: Process): void {
  for (const fd of [0, 1, 2]) install(child, kernel.attach(child, 'null'), fd);
}
