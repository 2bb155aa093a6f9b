import { base64, keyPairProblem, type KubeObject } from '../../../kube/api';
import { Errno } from '../../../kernel';
import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import { readBytes } from '../../files';
import type { Flag } from '../../flags';
import { byName, goJson } from '../../value';
import { begin, createFlags, type Making, metadataOf } from './object';
import { secretHash } from './hash';
import { readSources } from './sources';

const appendHash: Flag = { name: 'append-hash', kind: 'bool', usage: 'Append a hash of the contents to the name.' };

/** `data` in order of its keys; left out when empty. */
export function encoded(entries: ReadonlyMap<string, Uint8Array>): Record<string, string> | undefined {
  if (entries.size === 0) return undefined;
  return Object.fromEntries([...entries].sort(([a], [b]) => byName(a, b)).map(([key, bytes]) => [key, base64(bytes)]));
}

async function createSecret(
  call: Invocation,
  { name, create }: Making,
  entries: ReadonlyMap<string, Uint8Array>,
  type: string,
): Promise<number> {
  const data = encoded(entries);
  const hashed = call.flags.bool('append-hash') ? `${name}-${secretHash({ name, type, data: data ?? {} })}` : name;
  const metadata = await metadataOf(call, hashed);
  const object: KubeObject = { kind: 'Secret', apiVersion: 'v1', metadata, ...(data ? { data } : {}), ...(type ? { type } : {}) };
  return create(object, 'failed to create secret ');
}

const generic: Command = {
  use: 'generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  short: 'Create a secret from a local file, directory, or literal value',
  long: `Create a secret based on a file, directory, or specified literal value.

 One secret holds one or more pairs of key and value.

 From a file, the key is the file's name and the value its contents; give another key as key=path when the name is no valid key.

 From a directory, each regular file whose name is a valid key becomes one pair; what is no regular file is left out.`,
  example: `  # Create a secret with a key for each file of a folder
  kubectl create secret generic my-secret --from-file=path/to/bar
  
  # Create a secret with keys of your own for the files
  kubectl create secret generic my-secret --from-file=ssh-privatekey=path/to/id_rsa --from-file=ssh-publickey=path/to/id_rsa.pub
  
  # Create a secret of literal values
  kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret
  
  # Create a secret from env files
  kubectl create secret generic my-secret --from-env-file=path/to/foo.env --from-env-file=path/to/bar.env`,
  flags: [
    ...createFlags,
    appendHash,
    { name: 'from-env-file', kind: 'slice', usage: 'A file with lines of key=val pairs.' },
    {
      name: 'from-file',
      kind: 'slice',
      usage: 'A file for one pair, with key= before the path to choose the key; or a directory of such files.',
    },
    { name: 'from-literal', kind: 'array', usage: 'A key and its literal value (i.e. mykey=somevalue)' },
    { name: 'type', kind: 'string', usage: 'The type of secret to create' },
  ],
  async run(call) {
    const making = await begin(call);
    return createSecret(call, making, await readSources(call.k, call.flags, 'Secret'), call.flags.string('type'));
  },
};

const dockerRegistry: Command = {
  use: 'docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  short: 'Create a secret for use with a Docker registry',
  long: `Create a new secret for use with Docker registries.

 A pod's imagePullSecrets name such secrets, so that its node can pull images that need a login.`,
  example: `  # Create a secret for a registry
  kubectl create secret docker-registry my-secret --docker-server=DOCKER_REGISTRY_SERVER --docker-username=DOCKER_USER --docker-password=DOCKER_PASSWORD --docker-email=DOCKER_EMAIL`,
  flags: [
    ...createFlags,
    appendHash,
    { name: 'docker-email', kind: 'string', usage: 'Email for the registry' },
    { name: 'docker-password', kind: 'string', usage: 'Password for the registry' },
    { name: 'docker-server', kind: 'string', value: 'https://index.docker.io/v1/', usage: 'Location of the registry' },
    { name: 'docker-username', kind: 'string', usage: 'User name for the registry' },
    { name: 'from-file', kind: 'slice', usage: 'A file for one pair, or .dockerconfigjson=path.' },
  ],
  async run(call) {
    const { k, flags } = call;
    const making = await begin(call);
    if (flags.list('from-file').length > 0)
      return createSecret(call, making, await readSources(k, flags, 'Secret', '', '.dockerconfigjson'), 'kubernetes.io/dockerconfigjson');
    const [username, password, email, server] = ['username', 'password', 'email', 'server'].map((part) => flags.string(`docker-${part}`));
    if (!username || !password || !server) {
      throw failure('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required');
    }
    const auth = base64(new TextEncoder().encode(`${username}:${password}`));
    const config = goJson({ auths: { [server]: { username, password, ...(email ? { email } : {}), auth } } });
    return createSecret(call, making, new Map([['.dockerconfigjson', new TextEncoder().encode(config)]]), 'kubernetes.io/dockerconfigjson');
  },
};

const tls: Command = {
  use: 'tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  short: 'Create a TLS secret',
  long: `Create a TLS secret from a pair of certificate and private key.

 The pair must exist beforehand: a PEM certificate that matches the key.`,
  example: `  # Create a TLS secret of a pair of files
  kubectl create secret tls tls-secret --cert=path/to/tls.crt --key=path/to/tls.key`,
  flags: [
    ...createFlags,
    appendHash,
    { name: 'cert', kind: 'string', usage: 'Path to the PEM certificate.' },
    { name: 'key', kind: 'string', usage: 'Path to the private key of the certificate.' },
  ],
  async run(call) {
    const { flags } = call;
    const making = await begin(call);
    const [key, cert] = [flags.string('key'), flags.string('cert')];
    if (!key || !cert) throw failure('key and cert must be specified');
    const certBytes = await readPem(call, cert);
    const keyBytes = await readPem(call, key);
    const why = keyPairProblem(certBytes, keyBytes);
    if (why) throw failure(why);
    return createSecret(
      call,
      making,
      new Map([
        ['tls.crt', certBytes],
        ['tls.key', keyBytes],
      ]),
      'kubernetes.io/tls',
    );
  },
};

async function readPem({ k }: Invocation, path: string): Promise<Uint8Array> {
  try {
    return await readBytes(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`Cannot read file ${path}, open ${path}: ${error.message.toLowerCase()}`);
  }
}

export const secret: Command = {
  use: 'secret (docker-registry | generic | tls)',
  short: 'Create a secret using a specified subcommand',
  long: `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.`,
  commands: [dockerRegistry, generic, tls],
};
