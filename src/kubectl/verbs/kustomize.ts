import type { Command } from '../command';
import { failure } from '../errors';
import { writeFile } from '../files';
import { buildKustomization } from '../kustomize/build';
import { sortKeys } from '../value';
import { yamlText } from '../yaml';

export const kustomize: Command = {
  use: 'kustomize DIR [flags]',
  short: 'Build a kustomization target from a directory or URL',
  group: 'advanced',
  long: `Build a set of KRM resources using a 'kustomization.yaml' file. The DIR argument must be a path to a directory containing 'kustomization.yaml'. If DIR is omitted, '.' is assumed.`,
  example: `  # Build the current working directory
  kubectl kustomize`,
  flags: [
    { name: 'as-current-user', kind: 'bool', usage: 'Use the uid and gid of who runs this for functions in containers' },
    { name: 'enable-alpha-plugins', kind: 'bool', usage: 'Enable plugins. There are none in this sandbox.' },
    { name: 'enable-helm', kind: 'bool', usage: 'Enable helm charts. There is no helm in this sandbox.' },
    { name: 'env', short: 'e', kind: 'array', usage: 'Environment variables of functions' },
    { name: 'helm-api-versions', kind: 'array', usage: 'API versions that helm is told of' },
    { name: 'helm-command', kind: 'string', value: 'helm', usage: 'The helm command (path to the executable)' },
    { name: 'helm-debug', kind: 'bool', usage: "Enable debug output of helm's chart inflator" },
    { name: 'helm-kube-version', kind: 'string', usage: 'The version of Kubernetes that helm is told of' },
    {
      name: 'load-restrictor',
      kind: 'string',
      value: 'LoadRestrictionsRootOnly',
      usage: "If 'LoadRestrictionsNone', files may lie outside of the kustomization's directory.",
    },
    { name: 'mount', kind: 'array', usage: 'Storage of functions' },
    { name: 'network', kind: 'bool', usage: 'Let functions use the network' },
    { name: 'network-name', kind: 'string', value: 'bridge', usage: 'The network of functions' },
    { name: 'output', short: 'o', kind: 'string', usage: 'If specified, write output to this path.' },
  ],
  async run({ k, flags, args }) {
    const restrictor = flags.string('load-restrictor');
    const legal = ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'];
    if (!legal.includes(restrictor))
      throw failure(`illegal flag value --load-restrictor ${restrictor}; legal values: [${legal.join(' ')}]`);
    if (args.length > 1) throw failure('specify one path to kustomization.yaml');
    const objects = await buildKustomization(k, args[0] ?? '.');
    const text = objects.map((object) => yamlText(sortKeys(object))).join('---\n');
    if (flags.string('output')) await writeFile(k.proc, flags.string('output'), text, 0o644);
    else await k.out(text);
    return 0;
  },
};
