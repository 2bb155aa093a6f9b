import { commands, Exit, runLLVM } from '@yowasp/clang';
import type { Compilation, Tree } from './compiler';

let fetched: Promise<unknown> | undefined;

/** Runs clang in this thread. `args` begin with the tool's name. */
export async function runClang(
  [tool = 'clang', ...args]: readonly string[],
  files: Tree,
  onFraction?: (fraction: number) => void,
): Promise<Compilation> {
  const decoder = new TextDecoder();
  let log = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes !== null) log += decoder.decode(bytes, { stream: true });
  };
  // Without arguments it only fetches; clang's driver would report progress to the console.
  await (fetched ??= Promise.resolve(
    runLLVM(undefined, {}, { fetchProgress: ({ totalLength, doneLength }) => onFraction?.(doneLength / totalLength) }),
  ));
  try {
    const made = await commands[tool as 'clang']([...args], files, { stdout: collect, stderr: collect });
    return { files: made ?? {}, log, code: 0 };
  } catch (error) {
    if (error instanceof Exit) return { files: error.files, log, code: error.code };
    throw error;
  }
}
