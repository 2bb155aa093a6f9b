import { base64, base64Error } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import { entriesOf, type KubeConfigFile, type Section, sections } from '../../kubeconfig';
import { parseBool } from '../../flags';
import { change, configOf, defaultPath, filesOf, putEntry, unexpected } from './files';

type Kind = 'text' | 'bool' | 'bytes' | 'texts' | 'other';

/** The fields of each section's entries, by what they hold. */
const fields: Readonly<Record<Section, Readonly<Record<string, Kind>>>> = {
  clusters: {
    server: 'text',
    'tls-server-name': 'text',
    'insecure-skip-tls-verify': 'bool',
    'certificate-authority': 'text',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'text',
    'disable-compression': 'bool',
    extensions: 'other',
  },
  contexts: { cluster: 'text', user: 'text', namespace: 'text', extensions: 'other' },
  users: {
    'client-certificate': 'text',
    'client-certificate-data': 'bytes',
    'client-key': 'text',
    'client-key-data': 'bytes',
    token: 'text',
    tokenFile: 'text',
    as: 'text',
    'as-uid': 'text',
    'as-groups': 'texts',
    'as-user-extra': 'other',
    username: 'text',
    password: 'text',
    'auth-provider': 'other',
    exec: 'other',
    extensions: 'other',
  },
};

/** What a PROPERTY_NAME means: `current-context`, or a section, an entry (whose name may have dots) and a field. */
type Property = { readonly plain: string } | { readonly section: Section; readonly name?: string; readonly field?: string };

function propertyOf(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  if (first === 'current-context' || first === 'kind' || first === 'apiVersion') {
    if (rest.length > 0) throw failure(`unable to parse one or more field values of ${path}`);
    return { plain: first };
  }
  if (!(sections as readonly string[]).includes(first)) throw failure(`unable to parse ${path} after [] at api.Config`);
  const section = first as Section;
  if (rest.length === 0) return { section };
  const at = rest.findIndex((part, i) => i > 0 && part in fields[section]);
  if (at < 0) return { section, name: rest.join('.') };
  if (at < rest.length - 1) throw failure(`unable to parse one or more field values of ${path}`);
  return { section, name: rest.slice(0, at).join('.'), field: rest[at] };
}

function valueOf(kind: Kind, text: string, raw: boolean): unknown {
  switch (kind) {
    case 'bool': {
      const bool = parseBool(text);
      if (bool === undefined) throw failure(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
      return bool;
    }
    case 'bytes': {
      if (raw) return base64(new TextEncoder().encode(text));
      const wrongAt = base64Error(text);
      if (wrongAt !== undefined) throw failure(`error decoding input value: illegal base64 data at input byte ${wrongAt}`);
      return text;
    }
    case 'texts':
      return text.split(',');
    default:
      return text;
  }
}

export const setProperty: Command = {
  use: 'set PROPERTY_NAME PROPERTY_VALUE',
  short: 'Set an individual value in a kubeconfig file',
  long: `Set an individual value in a kubeconfig file.

 PROPERTY_NAME is a name with dots between its parts, as in clusters.my-cluster.server. PROPERTY_VALUE is the new value; data such as 'certificate-authority-data' is given in base64, or as it is with --set-raw-bytes.`,
  example: `  # Set the server of the cluster my-cluster
  kubectl config set clusters.my-cluster.server https://1.2.3.4`,
  flags: [
    {
      name: 'set-raw-bytes',
      kind: 'tristate',
      value: 'false',
      optional: 'true',
      usage: 'Take the value of binary data as it is, not as base64.',
    },
  ],
  async run(call) {
    const { k, flags, args } = call;
    const [name, value] = args;
    if (args.length !== 2 || !name || value === undefined) throw unexpected(call);
    const property = propertyOf(name);
    if ('plain' in property) await setPlain(call, property.plain, value);
    else {
      const { section, name: entry, field } = property;
      if (!entry || !field) throw failure("can't set a map to a value");
      const kind = fields[section][field]!;
      if (kind === 'other') throw failure(`unable to parse one or more field values of ${name}`);
      const known = entriesOf(await configOf(call), section).find((one) => one.name === entry);
      const blank = section === 'clusters' ? { server: '' } : section === 'contexts' ? { cluster: '', user: '' } : {};
      await putEntry(call, section, entry, { ...blank, ...known?.fields, [field]: valueOf(kind, value, flags.bool('set-raw-bytes')) });
    }
    await k.out(`Property ${JSON.stringify(name)} set.\n`);
    return 0;
  },
};

async function setPlain(call: Invocation, name: string, value: string): Promise<void> {
  const files = await filesOf(call);
  await change(call, defaultPath(call, files), files, { [name]: value } as KubeConfigFile);
}

/** Fields that are there even when they are empty. */
const always = ['server', 'cluster', 'user'];

export const unsetProperty: Command = {
  use: 'unset PROPERTY_NAME',
  short: 'Unset an individual value in a kubeconfig file',
  long: `Unset an individual value in a kubeconfig file.

 PROPERTY_NAME is a name with dots between its parts, as in clusters.my-cluster.server.`,
  example: `  # Unset the current-context
  kubectl config unset current-context
  
  # Unset the namespace of the context foo
  kubectl config unset contexts.foo.namespace`,
  async run(call) {
    const { k, args } = call;
    const [name] = args;
    if (args.length !== 1 || !name) throw unexpected(call);
    const property = propertyOf(name);
    if ('plain' in property) await setPlain(call, property.plain, '');
    else {
      const { section, name: entry, field } = property;
      const files = await filesOf(call);
      if (!entry) for (const { path } of files) await change(call, path, files, { [section]: null });
      else if (!field) {
        if (entriesOf(await configOf(call), section).some((one) => one.name === entry)) await putEntry(call, section, entry, undefined);
      } else {
        const known = entriesOf(await configOf(call), section).find((one) => one.name === entry);
        if (!known) throw failure(`current map key \`${entry}\` is invalid`);
        const { [field]: _, ...others } = known.fields;
        await putEntry(call, section, entry, always.includes(field) ? { ...others, [field]: '' } : others);
      }
    }
    await k.out(`Property ${JSON.stringify(name)} unset.\n`);
    return 0;
  },
};
