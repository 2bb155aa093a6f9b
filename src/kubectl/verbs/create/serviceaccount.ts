import type { Command } from '../../command';
import { createFlags, createObject, metadataOf, oneName } from './object';

export const serviceAccount: Command = {
  use: 'serviceaccount NAME [--dry-run=server|client|none]',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  example: `  # Create a service account called my-service-account
  kubectl create serviceaccount my-service-account`,
  flags: createFlags,
  run: async (call) =>
    createObject(
      call,
      { kind: 'ServiceAccount', apiVersion: 'v1', metadata: await metadataOf(call, oneName(call)) },
      'failed to create serviceaccount: ',
    ),
};
