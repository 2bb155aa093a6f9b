import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { failure, usageError } from '../errors';
import { readFile } from '../files';
import type { Flag } from '../flags';
import { type ContextFields, type KubeConfigFile, saveConfig } from '../kubeconfig';
import { objectFormats, objectPrinter, outputFlags } from '../printers';
import { RowWriter } from '../tabwriter';
import { byName, isFields, sortKeys } from '../value';

const empty: KubeConfigFile = { apiVersion: 'v1', clusters: [], contexts: [], 'current-context': '', kind: 'Config', users: [] };
const load = async ({ k }: Invocation): Promise<KubeConfigFile> => (await k.config()) ?? empty;

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

const view: Command = {
  use: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    { name: 'flatten', kind: 'bool', usage: 'Put the contents of files in place of their names' },
    { name: 'minify', kind: 'bool', usage: 'Only what the current context uses' },
    { ...outputFlags()[0]!, value: 'yaml' },
    ...outputFlags().slice(1),
    { name: 'raw', kind: 'bool', usage: 'Show data and secrets' },
  ],
  async run(call) {
    const { k, flags } = call;
    let config: KubeConfigFile = { ...empty, ...(await load(call)) };
    if (flags.bool('minify')) {
      const context = config.contexts?.find((entry) => entry.name === config['current-context']);
      if (!context) throw failure('cannot locate context ');
      config = {
        ...config,
        contexts: [context],
        clusters: config.clusters?.filter((entry) => entry.name === context.context.cluster),
        users: config.users?.filter((entry) => entry.name === context.context.user),
      };
    }
    const shown = (flags.bool('raw') ? config : redacted(config)) as unknown as KubeObject;
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
    await k.out(printer!.text(shown));
    return 0;
  },
};

const currentContext: Command = {
  use: 'current-context',
  short: 'Display the current-context',
  async run(call) {
    const name = (await load(call))['current-context'];
    if (!name) throw failure('current-context is not set');
    await call.k.out(`${name}\n`);
    return 0;
  },
};

const noHeaders: Flag = { name: 'no-headers', kind: 'bool', usage: "Don't print headers." };

const getContexts: Command = {
  use: 'get-contexts [(-o|--output=)name)]',
  short: 'Describe one or many contexts',
  flags: [noHeaders, { name: 'output', short: 'o', kind: 'string', usage: 'Output format. One of: (name).' }],
  async run(call) {
    const { k, flags, args } = call;
    const config = await load(call);
    const contexts = config.contexts ?? [];
    const missing = args.find((name) => !contexts.some((entry) => entry.name === name));
    const shown = [...contexts].filter((entry) => args.length === 0 || args.includes(entry.name)).sort((a, b) => byName(a.name, b.name));
    if (flags.string('output') === 'name') await k.out(shown.map((entry) => `${entry.name}\n`).join(''));
    else {
      const header = flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
      const rows = shown.map(({ name, context }) => [
        name === config['current-context'] ? '*' : '',
        name,
        context.cluster ?? '',
        context.user ?? '',
        context.namespace ?? '',
      ]);
      await k.out(new RowWriter().lines([...header, ...rows]));
    }
    if (missing) throw failure(`context ${missing} not found`);
    return 0;
  },
};

const listCommand = (use: string, short: string, key: 'clusters' | 'users'): Command => ({
  use,
  short,
  async run(call) {
    const names = ((await load(call))[key] ?? []).map((entry) => entry.name).sort(byName);
    await call.k.out(`NAME\n${names.map((name) => `${name}\n`).join('')}`);
    return 0;
  },
});

const useContext: Command = {
  use: 'use-context CONTEXT_NAME',
  aliases: ['use'],
  short: 'Set the current-context in a kubeconfig file',
  async run(call) {
    const { k, args, path } = call;
    if (args.length !== 1) throw usageError(path, 'accepts 1 arg(s), received ' + args.length);
    const config = await load(call);
    if (!config.contexts?.some((entry) => entry.name === args[0])) throw failure(`no context exists with the name: "${args[0]}"`);
    await saveConfig(k.proc, k.configPath, sortKeys({ ...config, 'current-context': args[0] }));
    await k.out(`Switched to context "${args[0]}".\n`);
    return 0;
  },
};

const setContext: Command = {
  use: 'set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  example: `  # Set the namespace of the current context
  kubectl config set-context --current --namespace=my-namespace`,
  flags: [{ name: 'current', kind: 'bool', usage: 'Modify the current context' }],
  async run(call) {
    const { k, flags, args, path } = call;
    const config = await load(call);
    if (!flags.bool('current') && args.length !== 1) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
    if (flags.bool('current') && args.length > 0) throw usageError(path, 'you cannot specify both a context name and --current');
    const name = flags.bool('current') ? config['current-context'] : args[0];
    if (!name) throw failure('no current context is set');
    const contexts = config.contexts ?? [];
    const found = contexts.find((entry) => entry.name === name);
    const given = Object.fromEntries(
      (['cluster', 'user', 'namespace'] as const).filter((key) => flags.changed(key)).map((key) => [key, flags.string(key)]),
    );
    const context: ContextFields = { ...found?.context, ...given };
    if (context.namespace === '') delete context.namespace;
    const changed = found ? contexts.map((entry) => (entry === found ? { ...entry, context } : entry)) : [...contexts, { name, context }];
    await saveConfig(k.proc, k.configPath, sortKeys({ ...empty, ...config, contexts: changed }));
    await k.out(`Context "${name}" ${found ? 'modified' : 'created'}.\n`);
    return 0;
  },
};

const deleteContext: Command = {
  use: 'delete-context NAME',
  short: 'Delete the specified context from the kubeconfig',
  async run(call) {
    const { k, args, path } = call;
    if (args.length !== 1) throw usageError(path, 'Unexpected args: [' + args.join(' ') + ']');
    const config = await load(call);
    if (!config.contexts?.some((entry) => entry.name === args[0]))
      throw failure(`cannot delete context ${args[0]}, not in ${k.configPath}`);
    if (config['current-context'] === args[0])
      await k.err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
    await saveConfig(k.proc, k.configPath, sortKeys({ ...config, contexts: config.contexts.filter((entry) => entry.name !== args[0]) }));
    await k.out(`deleted context ${args[0]} from ${k.configPath}\n`);
    return 0;
  },
};

const renameContext: Command = {
  use: 'rename-context CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  async run(call) {
    const { k, args, path } = call;
    const [from, to] = args;
    if (args.length !== 2 || !from || !to) throw usageError(path, `accepts 2 arg(s), received ${args.length}`);
    const config = await load(call);
    if (!config.contexts?.some((entry) => entry.name === from))
      throw failure(`cannot rename the context "${from}", it's not in ${k.configPath}`);
    if (config.contexts.some((entry) => entry.name === to))
      throw failure(`cannot rename the context "${from}", the context "${to}" already exists in ${k.configPath}`);
    const contexts = config.contexts.map((entry) => (entry.name === from ? { ...entry, name: to } : entry));
    const current = config['current-context'] === from ? to : config['current-context'];
    await saveConfig(k.proc, k.configPath, sortKeys({ ...config, contexts, 'current-context': current }));
    await k.out(`Context "${from}" renamed to "${to}".\n`);
    return 0;
  },
};

export const config: Command = {
  use: 'config SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 The file is the one of --kubeconfig, else of $KUBECONFIG, else \${HOME}/.kube/config.`,
  commands: [
    currentContext,
    deleteContext,
    listCommand('get-clusters', 'Display clusters defined in the kubeconfig', 'clusters'),
    getContexts,
    listCommand('get-users', 'Display users defined in the kubeconfig', 'users'),
    renameContext,
    setContext,
    useContext,
    view,
  ],
};
