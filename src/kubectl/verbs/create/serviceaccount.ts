import type { Command } from '../../command';
import { begin, createFlags, metadataOf } from './object';

export const serviceAccount: Command = {
  use: 'serviceaccount NAME [--dry-run=server|client|none]',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  example: `  # Create a service account called my-service-account
  kubectl create serviceaccount my-service-account`,
  flags: createFlags,
  async run(call) {
    const { name, create } = await begin(call);
    return create(
      { kind: 'ServiceAccount', apiVersion: 'v1', metadata: await metadataOf(call, name) },
      'failed to create serviceaccount: ',
    );
  },
};
