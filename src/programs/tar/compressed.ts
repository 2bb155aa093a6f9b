import { Errno } from '../../kernel';
import type { Context } from '../command';
import { isGzip } from '../gzip';
import { readFile } from '../input';

/** What tar says when the program it filters through fails; the text of its end. */
export async function childFailed(ctx: Context, text: string): Promise<string> {
  await ctx.stderr(`tar (child): ${text}\ntar (child): Error is not recoverable: exiting now\n`);
  return 'Child returned status 2\ntar: Error is not recoverable: exiting now';
}

/** An archive's members without the blocks that end it (-r); nothing when there is none yet. */
export async function existing(ctx: Context, file: string): Promise<Uint8Array> {
  let data: Uint8Array;
  try {
    data = await readFile(ctx.proc, file);
  } catch (error) {
    if (error instanceof Errno && error.code === 'ENOENT') return new Uint8Array(0);
    throw error;
  }
  if (isGzip(data)) return ctx.fail('Cannot update compressed archives\ntar: Error is not recoverable: exiting now', 2);
  let end = data.length;
  while (end >= 512 && data.subarray(end - 512, end).every((b) => b === 0)) end -= 512;
  return data.slice(0, end);
}
