import { type Bytes, Errno } from '../kernel';
import type { Guest, GuestEvents, GuestImage, WasiHost } from './host';
import { InlineGuest } from './inline-guest';
import { ThreadGuest, threadsAvailable } from './thread-guest';

export interface PlainHostOptions {
  /** Guests with a thread of their own at one time; more stay in the kernel's thread. Default 16. */
  readonly threads?: number;
  /** Repeated request bytes after which a guest gets a thread. Default 256 KiB. */
  readonly patience?: number;
}

/**
 * Runs guests on the engine's WebAssembly: in the kernel's thread as long as they mostly wait (fast to start, no memory held,
 * the same order of events each time), in a thread of their own once they compute.
 */
export function createPlainHost({ threads = 16, patience = 256 * 1024 }: PlainHostOptions = {}): WasiHost {
  const modules = new WeakMap<Bytes, WebAssembly.Module>();
  const live = new Set<ThreadGuest>();

  const image = (module: WebAssembly.Module): GuestImage => ({
    start: (events: GuestEvents): Guest => {
      const inline = new InlineGuest(module, events);
      let guest: InlineGuest | ThreadGuest = inline;
      let wantsThread = false;
      const toThread = (): void => {
        const { replies, sent } = inline.handOver();
        const thread: ThreadGuest = new ThreadGuest(module, events, () => live.delete(thread), sent);
        guest = thread;
        live.add(thread);
        thread.run();
        for (const reply of replies) thread.write(reply);
      };
      return {
        run: () => guest.run(),
        write: (bytes) => {
          const late = wantsThread || inline.cost > patience;
          if (guest === inline && late && !inline.busy && threadsAvailable && live.size < threads) toThread();
          guest.write(bytes);
        },
        kill: () => guest.kill(),
        computes: () => {
          wantsThread = true;
        },
      };
    },
  });

  return {
    load: (content) => {
      let module = modules.get(content);
      if (module === undefined) {
        if (!WebAssembly.validate(content as BufferSource)) throw new Errno('ENOEXEC');
        module = new WebAssembly.Module(content as BufferSource);
        modules.set(content, module);
      }
      if (!WebAssembly.Module.exports(module).some(({ name }) => name === '_start')) throw new Errno('ENOEXEC');
      return image(module);
    },
    close: async () => {
      for (const guest of [...live]) guest.kill();
    },
  };
}
