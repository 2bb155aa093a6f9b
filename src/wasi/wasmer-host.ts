import type { Package, Process as SdkProcess, Sandbox, Wasmer } from '@wasmer/sdk';
import { type Bytes, Errno } from '../kernel';
import type { Guest, GuestEvents, GuestImage, OnProgress, WasiHost } from './host';
import { createPlainHost } from './plain-host';

export interface WasmerHostOptions {
  /** Runs what is too much for the SDK, and everything where the SDK cannot run. Default: a plain host. */
  readonly overflow?: WasiHost;
  /** Live guests that the SDK is given; about 32 are safe, for each has a Worker. Default 24. */
  readonly guests?: number;
  /** The SDK's download and start. */
  readonly onProgress?: OnProgress;
  /** Told once, when the SDK cannot run here and why. */
  readonly onUnavailable?: (reason: string) => void;
}

interface Loaded {
  readonly sandbox: Sandbox;
  readonly pkg: Package;
}

/** Runs guests by @wasmer/sdk, fetched and started when the first one comes. */
export function createWasmerHost({
  overflow = createPlainHost(),
  guests = 24,
  onProgress,
  onUnavailable,
}: WasmerHostOptions = {}): WasiHost {
  let client: Promise<Wasmer> | undefined;
  let unavailable = false;
  let packages = new WeakMap<Bytes, Promise<Loaded>>();
  const live = new Set<WasmerGuest>();

  const giveUp = (reason: string): void => {
    if (!unavailable) onUnavailable?.(reason);
    unavailable = true;
  };

  const connect = async (): Promise<Wasmer> => {
    onProgress?.('@wasmer/sdk', undefined);
    const { Wasmer } = import.meta.env.SSR ? await import('@wasmer/sdk/node') : await import('@wasmer/sdk/browser');
    const wasmer = await new Wasmer({ cache: 'memory' }).ready();
    onProgress?.('@wasmer/sdk', 1);
    return wasmer;
  };

  const install = async (content: Bytes): Promise<Loaded> => {
    const wasmer = await (client ??= connect());
    const pkg = await wasmer.packages.load(content);
    return { pkg, sandbox: await wasmer.sandboxes.create({ packages: [pkg] }) };
  };

  /** After a failure: a dead client does not come back, so the next guest gets a new one. */
  const reset = (): void => {
    const old = client;
    client = undefined;
    packages = new WeakMap();
    void old?.then((wasmer) => wasmer.close()).catch(() => {});
  };

  return {
    load: async (content): Promise<GuestImage> => {
      if (!WebAssembly.validate(content as BufferSource)) throw new Errno('ENOEXEC');
      const fallback = await overflow.load(content);
      if (!import.meta.env.SSR && !globalThis.crossOriginIsolated) giveUp('the page is not cross-origin isolated');
      return {
        start: (events) => {
          if (unavailable || live.size >= guests) return fallback.start(events);
          let loaded = packages.get(content);
          if (loaded === undefined) packages.set(content, (loaded = install(content)));
          const guest: WasmerGuest = new WasmerGuest(loaded, fallback, events, {
            gone: () => live.delete(guest),
            failed: (error) => {
              reset();
              if (live.size <= 1) giveUp(String(error));
            },
          });
          live.add(guest);
          return guest;
        },
      };
    },
    close: async () => {
      for (const guest of [...live]) guest.kill();
      const wasmer = await client?.catch(() => undefined);
      client = undefined;
      await Promise.all([wasmer?.close(), overflow.close()]);
    },
  };
}

class WasmerGuest implements Guest {
  private readonly early: Bytes[] = [];
  private child: SdkProcess | undefined;
  private replacement: Guest | undefined;
  private over = false;

  constructor(
    private readonly loaded: Promise<Loaded>,
    private readonly fallback: GuestImage,
    private readonly events: GuestEvents,
    private readonly host: { gone(): void; failed(error: unknown): void },
  ) {}

  run(): void {
    void this.start();
  }

  write(bytes: Bytes): void {
    if (this.replacement !== undefined) this.replacement.write(bytes);
    else if (this.child === undefined) this.early.push(bytes);
    else if (!this.over) this.child.stdin?.write(bytes).catch(() => {});
  }

  kill(): void {
    if (this.over) return;
    this.over = true;
    this.host.gone();
    this.replacement?.kill();
    void this.child?.kill().catch(() => {});
  }

  private async start(): Promise<void> {
    let child: SdkProcess;
    try {
      const { sandbox, pkg } = await this.loaded;
      if (this.over) return;
      child = await sandbox.command(pkg).spawn({ stdin: 'pipe', stdout: 'pipe', stderr: 'discard' });
    } catch (error) {
      // Nothing has run yet: the other host can start it from the beginning.
      this.host.failed(error);
      this.host.gone();
      if (this.over) return;
      this.replacement = this.fallback.start(this.events);
      this.replacement.run();
      return;
    }
    this.child = child;
    if (this.over) return void child.kill().catch(() => {});
    for (const bytes of this.early.splice(0)) this.write(bytes);
    await Promise.all([this.pump(child), this.settle(child)]);
  }

  private async pump(child: SdkProcess): Promise<void> {
    try {
      for await (const chunk of child.stdout ?? []) if (!this.over) this.events.received(chunk);
    } catch {
      // The stream fails when the guest is killed; `settle` says how it ended.
    }
  }

  private async settle(child: SdkProcess): Promise<void> {
    const end = await child.wait().then(
      ({ exitCode }) => ({ kind: 'exited', code: exitCode }) as const,
      (error: unknown) => ({ kind: 'trapped', message: String(error) }) as const,
    );
    if (this.over) return;
    this.over = true;
    this.host.gone();
    this.events.ended(end);
  }
}
