import { createPageSandbox } from '../../src/sandbox';
import { nodeHostTime } from '../../src/sandbox/host-node';
import type { SandboxApi, SandboxEvent, SandboxStart } from '../../src/sandbox/protocol';
import { createCc, createPlainHost, createWasi, loadPause, toolchainLoader, type WasiHost } from '../../src/wasi';

const decoder = new TextDecoder();
const hosts: WasiHost[] = [];

export const closeHosts = (): Promise<unknown> => Promise.all(hosts.splice(0).map((host) => host.close()));

export interface Started {
  readonly api: SandboxApi;
  readonly events: SandboxEvent[];
}

/** A page's sandbox, without the page. */
export async function start(options: Partial<SandboxStart> = {}): Promise<Started> {
  const events: SandboxEvent[] = [];
  const api = createPageSandbox({
    time: nodeHostTime,
    loadAssets: async () => {
      const { v310, v30, source } = await loadPause();
      return { pause: { '3.10': v310, '3.0': v30 }, pauseSource: source, deviations: async () => '' };
    },
    formats: (clock) => {
      const host = createPlainHost();
      hosts.push(host);
      return [createWasi(host, clock)];
    },
    cc: (clock) => createCc(toolchainLoader(), clock),
  });
  await api.start({ language: 'en', ...options }, (event) => events.push(event));
  return { api, events };
}

export const until = async (true_: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (let i = 0; i < 2750; i++) {
    if (await true_()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not within 55 s: ${what}`);
};

export async function terminal({ api }: Started): Promise<{ id: number; text: () => string }> {
  let text = '';
  const id = await api.openTerminal({ columns: 80, rows: 24 }, (bytes) => void (text += decoder.decode(bytes)));
  return { id, text: () => text };
}
