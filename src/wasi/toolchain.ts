import { pause30, pause310, pauseSource } from '../../generated/pause';
import type { Toolchain } from './cc';
import { createCompiler } from './compiler';
import type { OnProgress } from './host';

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** The programs that `npm run generate` makes of wasm/: 3.10, 3.0 and the source of the first. */
export const loadPause = (): Promise<{ readonly v310: Uint8Array; readonly v30: Uint8Array; readonly source: string }> =>
  Promise.resolve({ v310: fromHex(pause310), v30: fromHex(pause30), source: pauseSource });

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
