import type { Command, Invocation } from '../command';
import { resourceName } from '../discovery';
import { failure } from '../errors';
import { RowWriter } from '../tabwriter';
import { byName } from '../value';

export const apiResources: Command = {
  use: 'api-resources',
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
    { name: 'sort-by', kind: 'string', usage: 'If not empty, sort by name or kind.' },
    { name: 'verbs', kind: 'slice', usage: 'Limit to resources that support the specified verbs.' },
  ],
  async run({ k, flags, args }: Invocation) {
    if (args.length > 0) throw failure(`unexpected arguments: [${args.join(' ')}]\nSee 'kubectl api-resources -h' for help and examples`);
    const output = flags.string('output');
    if (!['', 'name', 'wide'].includes(output))
      throw failure(`unable to match a printer suitable for the output format "${output}", allowed formats are: name,wide`);
    const sortBy = flags.string('sort-by');
    if (!['', 'name', 'kind'].includes(sortBy)) throw failure('--sort-by accepts only name or kind');
    const [verbs, categories] = [flags.list('verbs'), flags.list('categories')];
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
  async run({ k }: Invocation) {
    const versions = [...new Set((await k.mapper()).mappings.map((m) => m.groupVersion))].sort(byName);
    await k.out(versions.map((version) => `${version}\n`).join(''));
    return 0;
  },
};
