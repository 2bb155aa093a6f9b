import type { Command } from '../../command';
import { failure } from '../../errors';
import { withPodSpec } from '../../pod-template';
import { changeObjects, objectsOf, reportingOf, plainSetFlags } from './change';

export const setServiceAccount: Command = {
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: plainSetFlags,
  async run(call) {
    const { args } = call;
    const reporting = await reportingOf(call);
    if (args.length === 0) throw failure('serviceaccount is required');
    const found = await objectsOf(call, call.flags.bool('local') ? [] : args.slice(0, -1));
    const wording = { done: 'serviceaccount updated', refused: 'failed to patch ServiceAccountName', named: true, always: true };
    return changeObjects(call, reporting, found, wording, (object) =>
      withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: args.at(-1) })),
    );
  },
};
