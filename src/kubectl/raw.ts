import { goQuoted } from '../kube/api';
import { failure } from './errors';
import { readAll, readFile } from './files';
import type { Flags } from './flags';
import type { Kubectl } from './kubectl';

/** url.ParseRequestURI: a path from the root, or a URL with a scheme. */
export function checkRawPath(path: string): void {
  if (!path.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(path))
    throw failure(`--raw must be a valid URL path: parse ${goQuoted(path)}: invalid URI for request`);
}

/** `--raw` of create and replace: sends a single file as it is, prints the answer as it is. */
export async function sendRaw(k: Kubectl, method: 'POST' | 'PUT', flags: Flags): Promise<number> {
  const [file, ...others] = flags.list('filename');
  if (file === undefined || others.length > 0) throw failure('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(file)) throw failure('--raw cannot read from a url');
  for (const [name, label] of [['recursive'], ['selector', 'selector (-l)'], ['output']] as const) {
    if (flags.has(name) && flags.changed(name)) throw failure(`--raw and --${label ?? name} are mutually exclusive`);
  }
  checkRawPath(flags.string('raw'));
  const body = file === '-' ? new TextDecoder().decode(await readAll(k.proc, 0)) : await readFile(k.proc, file);
  await k.out(await k.text(method, flags.string('raw'), { body }));
  return 0;
}
