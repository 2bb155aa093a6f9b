import { anonymousInode, anonymousStat, ByteQueue, Description, type Readiness } from './description';
import { Errno } from './errno';
import type { Bytes, OpenFlag, Stat } from './file';
import type { TaskImpl } from './task';
import type { Location } from './vfs';
import { again, WaitQueue, type Again } from './wait-queue';

/** pipe(7): capacity, and what is written at once or not at all. */
const capacity = 65536;
const atomic = 4096;

export class Pipe {
  readonly ino = anonymousInode();
  readonly data = new ByteQueue();
  readonly queue = new WaitQueue();
  readers = 0;
  writers = 0;
  /** How many opens there were of each kind, for FIFO opens that wait for the other end. */
  readerOpens = 0;
  writerOpens = 0;
}

export class PipeDescription extends Description {
  override readonly queue: WaitQueue;
  constructor(
    readonly pipe: Pipe,
    flags: readonly OpenFlag[],
    location?: Location,
    label = `pipe:[${pipe.ino}]`,
  ) {
    super(label, flags, location);
    this.queue = pipe.queue;
    if (this.readable) {
      pipe.readers++;
      pipe.readerOpens++;
    }
    if (this.writable) {
      pipe.writers++;
      pipe.writerOpens++;
    }
    pipe.queue.wake();
  }
  stat(): Stat {
    return this.location?.inode.stat() ?? anonymousStat('fifo', this.pipe.ino, 0o600);
  }
  override tryRead(_task: TaskImpl, max: number): Bytes | Again {
    const { data, writers } = this.pipe;
    if (!data.length) return writers === 0 ? new Uint8Array(0) : again;
    const bytes = data.shift(max);
    this.pipe.queue.wake();
    return bytes;
  }
  override tryWrite(_task: TaskImpl, bytes: Bytes): number | Again {
    if (this.pipe.readers === 0) throw new Errno('EPIPE');
    const room = capacity - this.pipe.data.length;
    if (room <= 0 || (bytes.length <= atomic && room < bytes.length)) return again;
    const count = Math.min(room, bytes.length);
    this.pipe.data.push(bytes.subarray(0, count));
    this.pipe.queue.wake();
    return count;
  }
  override poll(): Readiness {
    const { data, readers, writers } = this.pipe;
    return {
      in: this.readable && data.length > 0,
      out: this.writable && (readers === 0 || data.length <= capacity - atomic),
      hup: this.readable && writers === 0,
      err: this.writable && readers === 0,
    };
  }
  override released(): void {
    if (this.readable) this.pipe.readers--;
    if (this.writable) this.pipe.writers--;
    this.pipe.queue.wake();
  }
}
