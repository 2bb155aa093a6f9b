/** A Worker that has begun to load; what went wrong before anybody listened. */
export interface Launched {
  readonly worker: Worker;
  readonly failed: Promise<string>;
}

let waiting: Launched | undefined;

function start(): Launched {
  const worker = new Worker(new URL('../../worker.ts', import.meta.url), { type: 'module', name: 'sandbox' });
  const failed = new Promise<string>((resolve) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      resolve(event.message || 'the Worker could not be loaded');
    });
    worker.addEventListener('messageerror', () => resolve('a message could not be read'));
  });
  return { worker, failed };
}

/** Starts a sandbox's Worker before the rest of the page is there: its code takes longest to load. */
export function launch(): void {
  waiting = start();
}

/** The one launched, or another. */
export function takeLaunched(): Launched {
  const launched = waiting ?? start();
  waiting = undefined;
  return launched;
}
