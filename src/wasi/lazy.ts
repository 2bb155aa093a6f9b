import type { ExecutableFormat, Program } from '../kernel';
import type { GuestClock } from './guest';
import type { OnProgress } from './host';
import { toolchainLoader } from './toolchain';
import type { WasmerHostOptions } from './wasmer-host';

/** The first bytes of a WebAssembly file. */
export const isWasm: ExecutableFormat['matches'] = (head) => head[0] === 0 && head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d;

/** `createWasi` on `createWasmerHost`; the code of both is fetched when the first WebAssembly file runs. */
export function lazyWasi(options: WasmerHostOptions, clock?: GuestClock): ExecutableFormat {
  let format: Promise<ExecutableFormat> | undefined;
  const create = async (): Promise<ExecutableFormat> => {
    const [{ createWasi }, { createWasmerHost }] = await Promise.all([import('./wasi'), import('./wasmer-host')]);
    return createWasi(createWasmerHost(options), clock);
  };
  return { matches: isWasm, load: async (content, path) => (await (format ??= create())).load(content, path) };
}

/** `createCc` with the toolchain of `toolchainLoader`, all fetched when it first runs. */
export function lazyCc(onProgress?: OnProgress, clock?: GuestClock): Program {
  let cc: Promise<Program> | undefined;
  const create = async (): Promise<Program> => {
    const { createCc } = await import('./cc');
    return createCc(toolchainLoader(onProgress), clock);
  };
  return async (proc) => {
    const program = await (cc ??= create());
    // does not go on if the process was killed meanwhile
    await proc.schedYield();
    return program(proc);
  };
}
