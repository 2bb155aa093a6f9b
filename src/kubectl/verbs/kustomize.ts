import type { Command } from '../command';
import { failure } from '../errors';
import { buildKustomization } from '../kustomize/build';
import { sortKeys } from '../value';
import { yamlText } from '../yaml';

export const kustomize: Command = {
  use: 'kustomize DIR',
  short: 'Build a kustomization target from a directory or URL',
  group: 'advanced',
  long: `Build a set of KRM resources using a 'kustomization.yaml' file. The DIR argument must be a path to a directory containing 'kustomization.yaml'. If DIR is omitted, '.' is assumed.`,
  example: `  # Build the current working directory
  kubectl kustomize`,
  flags: [{ name: 'output', short: 'o', kind: 'string', usage: 'If specified, write output to this path.' }],
  async run({ k, args }) {
    if (args.length > 1) throw failure('specify one path to kustomization.yaml');
    const objects = await buildKustomization(k, args[0] ?? '.');
    await k.out(objects.map((object) => yamlText(sortKeys(object))).join('---\n'));
    return 0;
  },
};
