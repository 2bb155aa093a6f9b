import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { type Mapping, resourceName } from '../discovery';
import { failure, usageError } from '../errors';
import { readFile } from '../files';
import { noPrinter, objectPrinter } from '../printers';
import { RowWriter } from '../tabwriter';
import { byName } from '../value';

const formats = ['json', 'kyaml', 'name', 'wide', 'yaml'];

/** An APIResourceList, in the order of its Go type's fields. */
function listObject(list: readonly Mapping[]): KubeObject {
  const resources = list.map((m) => ({
    name: m.resource,
    singularName: m.singular,
    namespaced: m.namespaced,
    ...(m.group ? { group: m.group } : {}),
    version: m.version,
    kind: m.kind,
    verbs: [...m.verbs],
    ...(m.shortNames.length > 0 ? { shortNames: [...m.shortNames] } : {}),
    ...(m.categories.length > 0 ? { categories: [...m.categories] } : {}),
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '', resources } as unknown as KubeObject;
}

export const apiResources: Command = {
  use: 'api-resources [flags]',
  short: 'Print the supported API resources on the server',
  example: `  # Print the resources of the API
  kubectl api-resources
  
  # With more columns
  kubectl api-resources -o wide
  
  # Only namespaced ones
  kubectl api-resources --namespaced=true`,
  flags: [
    { name: 'api-group', kind: 'string', usage: 'Limit to resources in the specified API group.' },
    { name: 'cached', kind: 'bool', usage: 'Use the cached list of resources if available.' },
    { name: 'categories', kind: 'slice', usage: 'Limit to resources that belong to the specified categories.' },
    {
      name: 'namespaced',
      kind: 'bool',
      value: 'true',
      usage: 'If false, only resources without a namespace; if given and true, only namespaced ones.',
    },
    { name: 'no-headers', kind: 'bool', usage: "Don't print headers." },
    { name: 'output', short: 'o', kind: 'string', usage: 'Output format. One of: (json, yaml, kyaml, name, wide).' },
    { name: 'show-managed-fields', kind: 'bool', usage: 'If true, keep the managedFields when printing objects in JSON or YAML format.' },
    { name: 'sort-by', kind: 'string', usage: 'If not empty, sort by name or kind.' },
    { name: 'verbs', kind: 'slice', usage: 'Limit to resources that support the specified verbs.' },
  ],
  async run({ k, flags, args }: Invocation) {
    if (args.length > 0) throw failure(`unexpected arguments: [${args.join(' ')}]\nSee 'kubectl api-resources -h' for help and examples`);
    const output = flags.string('output');
    if (!['', ...formats].includes(output)) throw noPrinter(output, formats);
    const sortBy = flags.string('sort-by');
    if (!['', 'name', 'kind'].includes(sortBy)) throw failure('--sort-by accepts only name or kind');
    const [verbs, categories] = [flags.list('verbs'), flags.list('categories')];
    await k.connection();
    const list = (await k.mapper())
      .preferred()
      .filter((m) => !flags.changed('api-group') || m.group === flags.string('api-group'))
      .filter((m) => !flags.changed('namespaced') || m.namespaced === flags.bool('namespaced'))
      .filter((m) => verbs.every((verb) => m.verbs.includes(verb)) && categories.every((category) => m.categories.includes(category)))
      .sort((a, b) =>
        sortBy === 'kind'
          ? byName(a.kind, b.kind)
          : sortBy === 'name'
            ? byName(a.resource, b.resource)
            : byName(a.group, b.group) || byName(a.resource, b.resource),
      );
    if (['json', 'yaml', 'kyaml'].includes(output)) {
      const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), formats, true);
      await k.out(printer!.text(listObject(list)));
      return 0;
    }
    if (output === 'name') {
      await k.out(list.map((m) => `${resourceName(m)}\n`).join(''));
      return 0;
    }
    const wide = output === 'wide';
    const header = flags.bool('no-headers')
      ? []
      : [['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]];
    const rows = list.map((m) => [
      m.resource,
      m.shortNames.join(','),
      m.groupVersion,
      String(m.namespaced),
      m.kind,
      ...(wide ? [[...m.verbs].sort(byName).join(','), m.categories.join(',')] : []),
    ]);
    await k.out(new RowWriter().lines([...header, ...rows]));
    return 0;
  },
};

export const apiVersions: Command = {
  use: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  async run({ k, args, path }: Invocation) {
    await k.connection();
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(' ')}]`);
    const versions = [...new Set((await k.mapper()).mappings.map((m) => m.groupVersion))].sort(byName);
    await k.out(versions.map((version) => `${version}\n`).join(''));
    return 0;
  },
};
