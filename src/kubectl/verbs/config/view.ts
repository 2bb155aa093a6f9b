import { base64, type KubeObject } from '../../../kube/api';
import { Errno } from '../../../kernel';
import type { Command, Invocation } from '../../command';
import { failure, usageError } from '../../errors';
import { readFile } from '../../files';
import { entriesOf, type Entry, fieldOf, type KubeConfigFile, sections, withEntries } from '../../kubeconfig';
import { objectFormats, objectPrinter, outputFlags } from '../../printers';
import { isFields } from '../../value';
import { configOf } from './files';

const secretKeys: Readonly<Record<string, string>> = {
  'certificate-authority-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'client-key-data': 'DATA+OMITTED',
  token: 'REDACTED',
  password: 'REDACTED',
};

function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, secretKeys[key] && inner ? secretKeys[key] : redacted(inner)]),
  );
}

/** The order of the fields of Go's types, which JSON shows. */
const fieldOrder: readonly string[] = [
  'server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority', 'certificate-authority-data', 'proxy-url',
  'disable-compression', 'cluster', 'user', 'namespace', 'client-certificate', 'client-certificate-data', 'client-key', 'client-key-data',
  'token', 'tokenFile', 'as', 'as-uid', 'as-groups', 'as-user-extra', 'username', 'password', 'auth-provider', 'exec',
  'name', 'config', 'command', 'args', 'env', 'apiVersion', 'installHint', 'provideClusterInfo', 'interactiveMode',
]; // prettier-ignore

function ordered(fields: Entry['fields']): Entry['fields'] {
  const place = (key: string): number => (fieldOrder.includes(key) ? fieldOrder.indexOf(key) : fieldOrder.length);
  const inner = (key: string, value: unknown): unknown =>
    ['auth-provider', 'exec'].includes(key) && isFields(value) ? ordered(value) : value;
  return Object.fromEntries(
    Object.entries(fields)
      .sort(([a], [b]) => place(a) - place(b))
      .map(([key, value]) => [key, inner(key, value)]),
  );
}

const typed = (config: KubeConfigFile): KubeObject =>
  ({
    kind: 'Config',
    apiVersion: 'v1',
    ...Object.fromEntries(
      (['clusters', 'users', 'contexts'] as const).map((section) => {
        const list = entriesOf(config, section).map(({ name, fields }) => ({ name, [fieldOf[section]]: ordered(fields) }));
        return [section, list.length > 0 ? list : null];
      }),
    ),
    'current-context': config['current-context'] ?? '',
  }) as unknown as KubeObject;

/** --minify: only what the context in use needs. */
function minified({ k }: Invocation, config: KubeConfigFile): KubeConfigFile {
  const name = k.global.string('context') || (config['current-context'] ?? '');
  if (!name) throw failure('current-context must exist in order to minify');
  const context = entriesOf(config, 'contexts').find((entry) => entry.name === name);
  if (!context) throw failure(`cannot locate context ${name}`);
  const named = (section: 'clusters' | 'users', wanted: unknown): Entry[] =>
    entriesOf(config, section).filter((entry) => entry.name === wanted);
  let only: KubeConfigFile = { ...config, 'current-context': name };
  only = withEntries(only, 'contexts', [context]);
  only = withEntries(only, 'clusters', named('clusters', context.fields.cluster));
  return withEntries(only, 'users', named('users', context.fields.user));
}

/** --flatten: the contents of files in place of their names. */
async function flattened({ k }: Invocation, config: KubeConfigFile): Promise<KubeConfigFile> {
  let flat = config;
  for (const section of sections) {
    const entries: Entry[] = [];
    for (const { name, fields } of entriesOf(config, section)) {
      const own: Record<string, unknown> = { ...fields };
      for (const field of ['certificate-authority', 'client-certificate', 'client-key']) {
        const path = own[field];
        if (typeof path !== 'string' || !path) continue;
        delete own[field];
        own[`${field}-data`] ??= base64(new TextEncoder().encode(await contents(k, path)));
      }
      entries.push({ name, fields: own });
    }
    flat = withEntries(flat, section, entries);
  }
  return flat;
}

async function contents(k: Invocation['k'], path: string): Promise<string> {
  try {
    return await readFile(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const whole = path.startsWith('/') ? path : `${k.proc.getcwd()}/${path}`;
    throw failure(`open ${whole}: ${error.message.toLowerCase()}`);
  }
}

export const view: Command = {
  use: 'view [flags]',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  long: `Display merged kubeconfig settings or a specified kubeconfig file.

 With --output jsonpath={...} single values can be taken out.`,
  example: `  # Show the settings
  kubectl config view
  
  # With certificates and secrets
  kubectl config view --raw
  
  # Only the password of one user
  kubectl config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'`,
  flags: [
    { name: 'flatten', kind: 'bool', usage: 'Put the contents of files in place of their names' },
    { name: 'merge', kind: 'tristate', value: 'true', optional: 'true', usage: 'Merge all kubeconfig files' },
    { name: 'minify', kind: 'bool', usage: 'Only what the current context uses' },
    ...outputFlags().map((flag) => (flag.name === 'output' ? { ...flag, value: 'yaml' } : flag)),
    { name: 'raw', kind: 'bool', usage: 'Show data and secrets' },
  ],
  async run(call) {
    const { k, flags, args, path } = call;
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(' ')}]`);
    if (flags.string('merge') === 'false' && !k.global.string('kubeconfig'))
      throw failure('if merge==false a precise file must be specified');
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
    let config = await configOf(call);
    if (flags.bool('minify')) config = minified(call, config);
    if (flags.bool('flatten')) config = await flattened(call, config);
    const shown = typed(config);
    await k.out(printer!.text(flags.bool('raw') || flags.bool('flatten') ? shown : (redacted(shown) as KubeObject)));
    return 0;
  },
};
