import type { Command } from '../../command';
import { failure } from '../../errors';
import { withPodSpec } from '../../pod-template';
import { changeObjects, objectsOf, plainSetFlags } from './change';

export const setServiceAccount: Command = {
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: plainSetFlags,
  async run(call) {
    const { args } = call;
    if (args.length === 0) throw failure('serviceaccount is required');
    const found = await objectsOf(call, args.slice(0, -1));
    const wording = { done: 'serviceaccount updated', refused: 'failed to patch ServiceAccountName', always: true };
    return changeObjects(call, found, wording, (object) => withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: args.at(-1) })));
  },
};
