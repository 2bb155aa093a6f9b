import type { Tree } from '@yowasp/clang';
import type { OnProgress } from './host';

export type { Tree } from '@yowasp/clang';

export interface Compilation {
  readonly files: Tree;
  /** What clang said, stdout and stderr in order. */
  readonly log: string;
  readonly code: number;
}

/** clang (and wasm-ld behind it), over a tree of files. */
export interface Compiler {
  run(args: readonly string[], files: Tree): Promise<Compilation>;
  /** Gives up what runs and frees the memory; the next `run` starts anew. */
  stop(): void;
}

/** In a Worker; or in this thread, where there are no Workers (Node). Both fetch clang when it is first needed. */
export function createCompiler(onProgress?: OnProgress): Compiler {
  return typeof Worker === 'function' ? workerCompiler(onProgress) : directCompiler();
}

export type ToCompiler = { readonly args: readonly string[]; readonly files: Tree };
export type FromCompiler = { readonly done: Compilation } | { readonly fraction: number };

function workerCompiler(onProgress: OnProgress | undefined): Compiler {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (args, files) => {
      const compile = (): Promise<Compilation> =>
        new Promise((resolve, reject) => {
          worker ??= new Worker(new URL('./compiler.worker.ts', import.meta.url), { type: 'module' });
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }: MessageEvent<FromCompiler>) => {
            if ('fraction' in data) onProgress?.('clang', data.fraction);
            else resolve(data.done);
          };
          worker.postMessage({ args, files } satisfies ToCompiler);
        });
      const result = last.then(compile, compile);
      last = result;
      return result;
    },
    stop: () => {
      worker?.terminate();
      worker = undefined;
      last = Promise.resolve();
    },
  };
}

function directCompiler(): Compiler {
  return {
    run: async (args, files) => (await import('./clang')).runClang(args, files),
    stop: () => {},
  };
}
