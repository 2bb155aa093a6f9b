import type { Command, Invocation } from '../command';
import { failure } from '../errors';
import { clientVersion } from '../kubectl';
import { goJson, sortKeys, textAt } from '../value';
import { yamlText } from '../yaml';

const client = {
  major: '1',
  minor: '36',
  gitVersion: clientVersion,
  gitCommit: 'bb826b1d48562f110659e64e8ec444327433db95',
  gitTreeState: 'clean',
  buildDate: '2026-09-29T20:03:31Z',
  goVersion: 'go1.27.1',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const kustomizeVersion = 'v5.8.1';

export const version: Command = {
  use: 'version [flags]',
  short: 'Print the client and server version information',
  long: 'Print the client and server version information for the current context.',
  example: `  # Print the client and server versions for the current context
  kubectl version`,
  flags: [
    { name: 'client', kind: 'bool', usage: 'If true, shows client version only (no server required).' },
    { name: 'output', short: 'o', kind: 'string', usage: "One of 'yaml' or 'json'." },
  ],
  async run({ k, flags, args }: Invocation) {
    if (args.length > 0) throw failure(`extra arguments: [${args.join(' ')}]`);
    const output = flags.string('output');
    if (!['', 'yaml', 'json'].includes(output)) throw failure("--output must be 'yaml' or 'json'");
    const server = flags.bool('client') ? undefined : await k.json<Record<string, string>>('GET', '/version');
    const versions = { clientVersion: client, kustomizeVersion, ...(server ? { serverVersion: server } : {}) };
    if (output === 'json') await k.out(`${goJson(versions, '  ')}\n`);
    else if (output === 'yaml') await k.out(`${yamlText(sortKeys(versions))}\n`);
    else {
      await k.out(`Client Version: ${client.gitVersion}\nKustomize Version: ${kustomizeVersion}\n`);
      if (server) await k.out(`Server Version: ${textAt(server, 'gitVersion')}\n`);
    }
    return 0;
  },
};
