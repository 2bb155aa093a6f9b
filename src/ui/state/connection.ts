import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { takeLaunched } from './launch';
import type { SandboxApi, SandboxEvent, SandboxStart } from '../../sandbox/protocol';

/** A Worker with a sandbox in it. Closing ends both. */
export class Connection {
  readonly #worker: Worker;
  readonly #remote: Remote<SandboxApi>;
  #closed = false;

  /** `onCrash`: the Worker itself could not be loaded, or failed. */
  constructor(onCrash: (message: string) => void) {
    const { worker, failed } = takeLaunched();
    this.#worker = worker;
    void failed.then((message) => {
      if (!this.#closed) onCrash(message);
    });
    this.#remote = wrap<SandboxApi>(this.#worker);
  }

  get api(): Remote<SandboxApi> {
    return this.#remote;
  }

  start(options: SandboxStart, onEvent: (event: SandboxEvent) => void): Promise<void> {
    return this.#remote.start(
      options,
      proxy((event: SandboxEvent) => {
        if (!this.#closed) onEvent(event);
      }),
    );
  }

  close(): void {
    this.#closed = true;
    this.#remote[releaseProxy]();
    this.#worker.terminate();
  }
}
