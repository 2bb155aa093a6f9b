import type { KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import type { Command, Invocation } from '../command';
import { failure } from '../errors';
import { readFile } from '../files';
import { objectFormats, objectPrinter, outputFlags } from '../printers';
import { documents } from '../yaml';

const fileFlag = { name: 'kuberc', kind: 'string', usage: 'Path to the kuberc file to use for preferences.' } as const;
const kubercPath = ({ k }: Invocation): string => k.global.string('kuberc') || `${k.proc.env.get('HOME') ?? '/root'}/.kube/kuberc`;

const view: Command = {
  use: 'view',
  short: 'Display the current kuberc configuration',
  long: 'Display the contents of the kuberc file.',
  flags: [...outputFlags().map((flag) => (flag.name === 'output' ? { ...flag, value: 'yaml' } : flag)), fileFlag],
  async run(call) {
    const { k, flags } = call;
    const path = kubercPath(call);
    let text: string;
    try {
      text = await readFile(k.proc, path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await k.out(`kuberc file not found at ${path}\n`);
      return 0;
    }
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats);
    await k.out(printer!.text(documents(text)[0] as KubeObject));
    return 0;
  },
};

const list = (name: string, usage: string) => ({ name, kind: 'array', usage }) as const;

const set: Command = {
  use: 'set --section (defaults|aliases) --command COMMAND',
  short: 'Set values in the kuberc configuration',
  long: `Set values in the kuberc configuration file.

 The sandbox's kubectl reads no preferences, so it writes none either.`,
  flags: [
    list('allowlist-entry', 'Allowlist entry of the form field=value'),
    list('appendarg', 'Argument to append to the command (aliases only)'),
    { name: 'command', kind: 'string', usage: "Command to configure (e.g. 'get', 'set env')" },
    fileFlag,
    { name: 'name', kind: 'string', usage: 'Alias name (required for --section=aliases)' },
    list('option', 'Flag option of the form flag=value'),
    { name: 'overwrite', kind: 'bool', usage: 'Allow overwriting existing entries' },
    { name: 'policy', kind: 'string', usage: "Policy for credential plugins: 'AllowAll', 'DenyAll' or 'Allowlist'" },
    list('prependarg', 'Argument to prepend to the command (aliases only)'),
    { name: 'section', kind: 'string', required: true, usage: "Section to modify: 'defaults', 'aliases', or 'credentialplugin'" },
  ],
  run() {
    throw failure('preferences are not read in this sandbox');
  },
};

export const kuberc: Command = {
  use: 'kuberc SUBCOMMAND',
  short: 'Manage kuberc configuration files',
  group: 'other',
  long: `Manage user preferences (kuberc) file.`,
  commands: [set, view],
};
