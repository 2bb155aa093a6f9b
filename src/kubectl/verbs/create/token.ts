import { ApiError, type KubeObject } from '../../../kube/api';
import type { Command } from '../../command';
import { failure } from '../../errors';
import { outputFlags, objectPrinter } from '../../printers';
import { readFile } from '../../files';
import { textAt } from '../../value';
import { oneName } from './object';

export const token: Command = {
  use: 'token SERVICE_ACCOUNT_NAME',
  short: 'Request a service account token',
  example: `  # Request a token for the service account "myapp" of the current namespace
  kubectl create token myapp
  
  # Request a token that lasts ten minutes
  kubectl create token myapp --duration 10m`,
  flags: [
    ...outputFlags(),
    { name: 'audience', kind: 'slice', usage: 'Audience of the token. By default the API server. Can be repeated.' },
    { name: 'bound-object-kind', kind: 'string', usage: 'Kind of an object to bind the token to: Node, Pod or Secret.' },
    { name: 'bound-object-name', kind: 'string', usage: 'Name of the object to bind the token to.' },
    { name: 'bound-object-uid', kind: 'string', usage: 'UID of the object to bind the token to.' },
    {
      name: 'duration',
      kind: 'duration',
      value: '0s',
      usage: 'How long the token is asked to be valid. The server may give it another time.',
    },
  ],
  async run(call) {
    const { k, flags } = call;
    const name = oneName(call);
    const seconds = flags.duration('duration') / 1000;
    if (seconds < 0) throw failure('--duration must be greater than or equal to 0');
    const audiences = flags.list('audience');
    const kind = flags.string('bound-object-kind');
    if (!kind && flags.string('bound-object-name')) throw failure('--bound-object-name requires --bound-object-kind');
    const request = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: {
        audiences: audiences.length > 0 ? audiences : null,
        ...(seconds > 0 ? { expirationSeconds: seconds } : {}),
        ...(kind
          ? {
              boundObjectRef: {
                kind,
                apiVersion: 'v1',
                name: flags.string('bound-object-name'),
                uid: flags.string('bound-object-uid') || undefined,
              },
            }
          : {}),
      },
    };
    const mapping = (await k.mapper()).need('serviceaccounts');
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
    try {
      const answer = await k.json<KubeObject>('POST', k.path(mapping, await k.namespace(), name, 'token'), {
        body: JSON.stringify(request),
      });
      // "include a newline when printing interactively"
      const end = k.proc.isatty(1) ? '\n' : '';
      await k.out(printer ? printer.text(answer) : `${textAt(answer, 'status', 'token')}${end}`);
    } catch (error) {
      throw error instanceof ApiError ? failure(`failed to create token: ${error.message}`) : error;
    }
    return 0;
  },
};
