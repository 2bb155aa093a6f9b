import type { Command } from '../../command';
import { failure } from '../../errors';
import { entriesOf, withEntries } from '../../kubeconfig';
import { RowWriter } from '../../tabwriter';
import { byName, textAt } from '../../value';
import { change, completeEntries, configOf, defaultPath, filesOf, putEntry, unexpected } from './files';

export const currentContext: Command = {
  use: 'current-context [flags]',
  short: 'Display the current-context',
  example: `  # Show the context in use
  kubectl config current-context`,
  async run(call) {
    const name = (await configOf(call))['current-context'];
    if (!name) throw failure('current-context is not set');
    await call.k.out(`${name}\n`);
    return 0;
  },
};

export const getContexts: Command = {
  use: 'get-contexts [(-o|--output=)name)]',
  short: 'Describe one or many contexts',
  long: 'Display one or many contexts from the kubeconfig file.',
  example: `  # All contexts
  kubectl config get-contexts
  
  # One
  kubectl config get-contexts my-context`,
  flags: [
    { name: 'no-headers', kind: 'bool', usage: "Don't print headers." },
    { name: 'output', short: 'o', kind: 'string', usage: 'Output format. One of: (name).' },
  ],
  async run(call) {
    const { k, flags, args } = call;
    const output = flags.string('output');
    if (output && output !== 'name')
      throw failure(`--output ${output} is not available in kubectl config get-contexts; resetting to default output format`);
    const config = await configOf(call);
    const contexts = entriesOf(config, 'contexts');
    const missing = args.filter((name) => !contexts.some((entry) => entry.name === name));
    const shown = contexts.filter((entry) => args.length === 0 || args.includes(entry.name)).sort((a, b) => byName(a.name, b.name));
    if (output === 'name') await k.out(shown.map((entry) => `${entry.name}\n`).join(''));
    else {
      const header = flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
      const rows = shown.map(({ name, fields }) => [
        name === config['current-context'] ? '*' : '',
        name,
        ...['cluster', 'user', 'namespace'].map((field) => textAt(fields, field)),
      ]);
      await k.out(new RowWriter().lines([...header, ...rows]));
    }
    if (missing.length > 0) throw failure(missing.map((name) => `context ${name} not found`).join('\n'));
    return 0;
  },
};

export const useContext: Command = {
  use: 'use-context CONTEXT_NAME',
  aliases: ['use'],
  short: 'Set the current-context in a kubeconfig file',
  example: `  # Use the context for the minikube cluster
  kubectl config use-context minikube`,
  async run(call) {
    const [name] = call.args;
    if (call.args.length !== 1 || !name) throw unexpected(call);
    const files = await filesOf(call);
    if (!entriesOf(await configOf(call), 'contexts').some((entry) => entry.name === name))
      throw failure(`no context exists with the name: "${name}"`);
    const path = files.find(({ config }) => config['current-context'])?.path ?? defaultPath(call, files);
    await change(call, path, files, { 'current-context': name });
    await call.k.out(`Switched to context "${name}".\n`);
    return 0;
  },
  complete: completeEntries('contexts'),
};

export const setContext: Command = {
  use: 'set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  long: `Set a context entry in kubeconfig.

 Of a context that exists only the named fields change.`,
  example: `  # Set the namespace of the current context
  kubectl config set-context --current --namespace=my-namespace`,
  flags: [
    { name: 'cluster', kind: 'string', usage: 'cluster for the context entry in kubeconfig' },
    { name: 'current', kind: 'bool', usage: 'Modify the current context' },
    { name: 'namespace', short: 'n', kind: 'string', usage: 'namespace for the context entry in kubeconfig' },
    { name: 'user', kind: 'string', usage: 'user for the context entry in kubeconfig' },
  ],
  async run(call) {
    const { k, flags, args } = call;
    if (args.length > 1) throw unexpected(call);
    const current = flags.bool('current');
    if (current && args.length > 0) throw failure('you cannot specify both a context name and --current');
    if (!current && !args[0]) throw failure('you must specify a non-empty context name or --current');
    const config = await configOf(call);
    const name = current ? config['current-context'] : args[0];
    if (!name) throw failure('no current context is set');
    const found = entriesOf(config, 'contexts').find((entry) => entry.name === name);
    const context: Record<string, unknown> = { cluster: '', user: '', ...found?.fields };
    for (const field of ['cluster', 'user', 'namespace']) if (flags.changed(field)) context[field] = flags.string(field);
    if (context.namespace === '') delete context.namespace;
    await putEntry(call, 'contexts', name, context);
    await k.out(`Context "${name}" ${found ? 'modified' : 'created'}.\n`);
    return 0;
  },
};

export const renameContext: Command = {
  use: 'rename-context CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  long: `Renames a context from the kubeconfig file.

 When it is the one in use, the current-context is changed too.`,
  example: `  # Rename the context 'old-name' to 'new-name'
  kubectl config rename-context old-name new-name`,
  async run(call) {
    const { k, args } = call;
    const [from, to] = args;
    if (args.length !== 2 || !from || !to) throw unexpected(call);
    const files = await filesOf(call);
    const path = defaultPath(call, files);
    const config = await configOf(call);
    const contexts = entriesOf(config, 'contexts');
    const found = contexts.find((entry) => entry.name === from);
    if (!found) throw failure(`cannot rename the context "${from}", it's not in ${path}`);
    if (contexts.some((entry) => entry.name === to))
      throw failure(`cannot rename the context "${from}", the context "${to}" already exists in ${path}`);
    const own = files.find((file) => entriesOf(file.config, 'contexts').some((entry) => entry.name === from))!;
    const renamed = entriesOf(own.config, 'contexts').map((entry) => (entry.name === from ? { ...entry, name: to } : entry));
    const current = own.config['current-context'] === from ? to : own.config['current-context'];
    await change(call, own.path, files, { ...withEntries(own.config, 'contexts', renamed), 'current-context': current });
    await k.out(`Context "${from}" renamed to "${to}".\n`);
    return 0;
  },
  complete: completeEntries('contexts'),
};

export const deleteContext: Command = {
  use: 'delete-context NAME',
  short: 'Delete the specified context from the kubeconfig',
  example: `  # Delete the context for the minikube cluster
  kubectl config delete-context minikube`,
  async run(call) {
    const { k, args } = call;
    if (args.length !== 1) {
      await k.out(call.help());
      return 0;
    }
    const [name = ''] = args;
    const path = defaultPath(call, await filesOf(call));
    const config = await configOf(call);
    if (!entriesOf(config, 'contexts').some((entry) => entry.name === name)) throw failure(`cannot delete context ${name}, not in ${path}`);
    if (config['current-context'] === name)
      await k.err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
    await putEntry(call, 'contexts', name, undefined);
    await k.out(`deleted context ${name} from ${path}\n`);
    return 0;
  },
  complete: completeEntries('contexts'),
};
