import { ApiError, type KubeObject } from '../../../kube/api';
import type { Command } from '../../command';
import { failure } from '../../errors';
import type { Flags } from '../../flags';
import { objectFormats, outputFlags, objectPrinter } from '../../printers';
import { readFile } from '../../files';
import { textAt } from '../../value';
import { oneName } from './object';

const boundKinds = ['Node', 'Pod', 'Secret'];

function checkBound(flags: Flags): void {
  const kind = flags.string('bound-object-kind');
  if (!kind) {
    for (const flag of ['bound-object-name', 'bound-object-uid'])
      if (flags.string(flag)) throw failure(`--${flag} can only be set if --bound-object-kind is provided`);
    return;
  }
  if (!boundKinds.includes(kind)) throw failure(`supported --bound-object-kind values are ${boundKinds.join(', ')}`);
  if (!flags.string('bound-object-name')) throw failure('--bound-object-name is required if --bound-object-kind is provided');
}

/** A TokenRequest's fields in the order of its Go type. */
function typedOrder(answer: KubeObject): KubeObject {
  const { spec, status } = answer as KubeObject & { spec?: object; status?: object };
  const order = (fields: object | undefined, names: readonly string[]): object =>
    Object.fromEntries(names.flatMap((name) => (fields && name in fields ? [[name, (fields as Record<string, unknown>)[name]]] : [])));
  return {
    kind: answer.kind,
    apiVersion: answer.apiVersion,
    metadata: order(answer.metadata, ['name', 'namespace', 'creationTimestamp']),
    spec: order(spec, ['audiences', 'expirationSeconds', 'boundObjectRef']),
    status: order(status, ['token', 'expirationTimestamp']),
  } as KubeObject;
}

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
    await k.connection();
    const printer = flags.string('output') ? await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true) : undefined;
    const seconds = flags.duration('duration') / 1000;
    if (seconds < 0) throw failure('--duration must be greater than or equal to 0');
    if (!Number.isInteger(seconds)) throw failure('--duration cannot be expressed in units less than seconds');
    const audiences = flags.list('audience');
    const kind = flags.string('bound-object-kind');
    if (audiences.includes('')) throw failure('--audience must not be an empty string');
    checkBound(flags);
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
    try {
      const answer = await k.json<KubeObject>('POST', k.path(mapping, await k.namespace(), name, 'token'), {
        body: JSON.stringify(request),
      });
      // "include a newline when printing interactively"
      const end = k.proc.isatty(1) ? '\n' : '';
      await k.out(printer ? printer.text(typedOrder(answer)) : `${textAt(answer, 'status', 'token')}${end}`);
    } catch (error) {
      throw error instanceof ApiError ? failure(`failed to create token: ${error.message}`) : error;
    }
    return 0;
  },
};
