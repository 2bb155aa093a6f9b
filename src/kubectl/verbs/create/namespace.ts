import type { Command } from '../../command';
import { createFlags, createObject, oneName } from './object';

export const namespace: Command = {
  use: 'namespace NAME [--dry-run=server|client|none]',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  example: `  # Create a namespace called my-namespace
  kubectl create namespace my-namespace`,
  flags: createFlags,
  run: (call) => createObject(call, { kind: 'Namespace', apiVersion: 'v1', metadata: { name: oneName(call) }, spec: {}, status: {} }),
};
