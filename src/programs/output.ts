import { type Bytes, Errno, type Process } from '../kernel';
import { type Charset, concat, utf8 } from './text';

const flushAt = 32768;

/** A stream that could not be written: kept apart from the Errno of a file operation around the write. */
export class WriteError extends Error {
  constructor(readonly errno: Errno) {
    super(errno.message);
  }
}

/** A buffered stream over a descriptor, as stdio's: by line on a terminal, else by block. */
export class Output {
  charset: Charset = utf8;
  private parts: Bytes[] = [];
  private size = 0;
  private text = '';
  private lineBuffered: boolean | undefined;

  constructor(
    private readonly proc: Process,
    private readonly fd: number,
  ) {}

  /** Buffers without ever writing. */
  put(data: string | Bytes): void {
    if (typeof data === 'string') {
      this.text += data;
      return;
    }
    this.settleText();
    this.parts.push(data);
    this.size += data.length;
  }

  /** Buffers, and writes when the buffer is full (or, on a terminal, a line is). Await it. */
  write(data: string | Bytes): Promise<void> | undefined {
    this.put(data);
    if (this.size + this.text.length >= flushAt) return this.flush();
    this.lineBuffered ??= this.proc.isatty(this.fd);
    return this.lineBuffered ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    this.settleText();
    if (this.parts.length === 0) return;
    const data = concat(this.parts);
    this.discard();
    try {
      await this.proc.write(this.fd, data);
    } catch (error) {
      throw error instanceof Errno ? new WriteError(error) : error;
    }
  }

  discard(): void {
    this.parts = [];
    this.size = 0;
    this.text = '';
  }

  private settleText(): void {
    if (this.text === '') return;
    const data = this.charset.encode(this.text);
    this.text = '';
    this.parts.push(data);
    this.size += data.length;
  }
}
