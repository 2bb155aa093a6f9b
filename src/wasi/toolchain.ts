import type { Toolchain } from './cc';
import { createCompiler } from './compiler';
import type { OnProgress } from './host';

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** The programs that `npm run generate` makes of wasm/: 3.10, 3.0 and the source of the first. Fetched when asked for. */
export async function loadPause(): Promise<{ readonly v310: Uint8Array; readonly v30: Uint8Array; readonly source: string }> {
  const { pause310, pause30, pauseSource } = await import('../../generated/pause');
  return { v310: decode(pause310), v30: decode(pause30), source: pauseSource };
}

/** For `createCc`: one toolchain, loaded once. */
export function toolchainLoader(onProgress?: OnProgress): () => Promise<Toolchain> {
  let toolchain: Promise<Toolchain> | undefined;
  const load = async (): Promise<Toolchain> => {
    const [{ objects, include }, { asyncify }] = await Promise.all([import('../../generated/libc'), import('./asyncify')]);
    return {
      compiler: createCompiler(onProgress),
      objects: Object.fromEntries(Object.entries(objects).map(([name, base64]) => [name, decode(base64)])),
      include,
      asyncify,
    };
  };
  return () => (toolchain ??= load());
}
