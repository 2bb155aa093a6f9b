import { Errno, type ExecutableFormat } from '../kernel';
import type { GuestClock } from './guest';
import { guestProgram } from './guest';
import type { WasiHost } from './host';
import { isWasm } from './lazy';

/**
 * Runs WebAssembly files as processes: a guest's requests (wasm/kcall.h) become system calls on its `Process`.
 * With `clock`, a virtual clock stands still while a guest computes.
 */
export function createWasi(host: WasiHost, clock?: GuestClock): ExecutableFormat {
  return {
    matches: isWasm,
    load: async (content) => {
      const release = clock?.hold();
      try {
        return guestProgram(await host.load(content), clock);
      } catch (error) {
        throw error instanceof Errno ? error : new Errno('ENOEXEC');
      } finally {
        release?.();
      }
    },
  };
}
