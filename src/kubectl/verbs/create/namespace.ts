import type { Command } from '../../command';
import { begin, createFlags } from './object';

export const namespace: Command = {
  use: 'namespace NAME [--dry-run=server|client|none]',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  example: `  # Create a namespace called my-namespace
  kubectl create namespace my-namespace`,
  flags: createFlags,
  async run(call) {
    const { name, create } = await begin(call);
    return create({ kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} });
  },
};
