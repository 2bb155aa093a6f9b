import type { Command } from '../../command';
import { failure } from '../../errors';
import { changePodSpecs, completeResources, setFlags } from './change';

export const setServiceAccount: Command = {
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: setFlags,
  run(call) {
    const { args } = call;
    if (args.length === 0) throw failure('serviceaccount is required');
    return changePodSpecs(call, args.slice(0, -1), 'serviceaccount updated', 'ServiceAccountName update', () => ({
      serviceAccountName: args.at(-1),
    }));
  },
  complete: (call, word) => completeResources(call, word),
};
