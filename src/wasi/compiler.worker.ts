import { runClang } from './clang';
import type { FromCompiler, ToCompiler } from './compiler';

const post = (message: FromCompiler): void => self.postMessage(message);

self.onmessage = async ({ data: { args, files } }: MessageEvent<ToCompiler>) => {
  const done = await runClang(args, files, (fraction) => post({ fraction }));
  post({ done: { ...done, files: done.files } });
};
