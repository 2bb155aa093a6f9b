import { base64, decodeBase64 } from '../kube/api';
import { Errno } from '../kernel';
import { CommandError, failure } from './errors';
import { readFile } from './files';
import type { Kubectl } from './kubectl';
import { type ClusterFields, entriesOf, type UserFields } from './kubeconfig';
import type { Remote } from './network';

/** What requests go to and what they carry. */
export interface Connection {
  readonly remote: Remote;
  readonly headers: Readonly<Record<string, string>>;
  /** Why the client certificate is none: said when there is a server to show it to. */
  readonly problem?: string;
  /** It is the cluster at hand, reached without a network. */
  readonly own: boolean;
}

const fallback = 'http://localhost:8080';

/** The server, user and secrets that flags and kubeconfig name (client-go's clientcmd). `own`: addresses of the cluster at hand. */
export async function connectionOf(k: Kubectl, own: readonly string[] | undefined): Promise<Connection> {
  const cluster = await clusterOf(k);
  const { name, user } = await userOf(k);
  checkImpersonation(k, name);
  const tls = { insecure: k.global.bool('insecure-skip-tls-verify') || cluster['insecure-skip-tls-verify'] === true };
  const secure = Boolean(tls.insecure || cluster['certificate-authority'] || cluster['certificate-authority-data']);
  const url = serverUrl(k.global.string('server') || cluster.server || fallback, secure);
  if (own?.includes(new URL(url).host) ?? true) return { remote: { url, tls }, headers: {}, own: true };
  const headers = await authorization(k, user, name);
  if (!url.startsWith('https:')) return { remote: { url, tls }, headers, own: false };
  const ca = await pem(
    k,
    cluster,
    'certificate-authority',
    k.global.string('certificate-authority'),
    `certificate-authority`,
    clusterName(k),
  );
  if (tls.insecure && ca !== undefined) throw failure('specifying a root certificates file with the insecure flag is not allowed');
  const certificate = await pem(k, user, 'client-certificate', k.global.string('client-certificate'), 'client-cert', async () => name);
  const key = await pem(k, user, 'client-key', k.global.string('client-key'), 'client-key', async () => name);
  if (certificate !== undefined && key === undefined)
    throw failure(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`);
  if (certificate === undefined && Object.keys(headers).length === 0) Object.assign(headers, await asked(k));
  const serverName = k.global.string('tls-server-name') || cluster['tls-server-name'];
  const readable = certificate === undefined || certificate.includes('-----BEGIN');
  const pair = readable ? { certificate, key } : {};
  return {
    remote: { url, tls: { ...tls, ca, ...pair, serverName } },
    headers,
    own: false,
    ...(readable ? {} : { problem: 'tls: failed to find any PEM data in certificate input' }),
  };
}

/** Without credentials, who is asked for them when the server is secure is the user. */
async function asked(k: Kubectl): Promise<Record<string, string>> {
  const values: string[] = [];
  for (const what of ['Username', 'Password']) {
    await k.out(`Please enter ${what}: `);
    const word = await readLine(k);
    if (word === undefined) throw failure('EOF');
    values.push(word);
  }
  return { authorization: `Basic ${base64(new TextEncoder().encode(values.join(':')))}` };
}

/** A line of standard input; undefined at its end. */
async function readLine(k: Kubectl): Promise<string | undefined> {
  const bytes: number[] = [];
  for (;;) {
    const [byte] = await k.proc.read(0, 1);
    if (byte === undefined && bytes.length === 0) return undefined;
    if (byte === undefined || byte === 10) return new TextDecoder().decode(Uint8Array.from(bytes)).trim();
    bytes.push(byte);
  }
}

/** DefaultServerURL: an address without a scheme is HTTPS when TLS is configured. */
function serverUrl(server: string, secure: boolean): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `${secure ? 'https' : 'http'}://${server}`;
  try {
    return new URL(url).href.replace(/\/$/, '');
  } catch {
    throw new CommandError(`Unable to connect to the server: invalid port "${server.slice(server.indexOf(':'))}" after host`);
  }
}

const contextOf = (k: Kubectl): ReturnType<Kubectl['context']> => k.context((name) => failure(`context "${name}" does not exist`));
const clusterName = (k: Kubectl) => async (): Promise<string> => k.global.string('cluster') || ((await contextOf(k))?.cluster ?? '');

async function clusterOf(k: Kubectl): Promise<ClusterFields> {
  const context = await contextOf(k);
  const wanted = k.global.string('cluster') || context?.cluster;
  const found = entriesOf(await k.config(), 'clusters').find(({ name }) => name === wanted);
  if (!found && k.global.string('cluster')) throw failure(`cluster "${k.global.string('cluster')}" does not exist`);
  return (found?.fields ?? {}) as ClusterFields;
}

async function userOf(k: Kubectl): Promise<{ name: string; user: UserFields }> {
  const name = k.global.string('user') || (await contextOf(k))?.user || '';
  const found = entriesOf(await k.config(), 'users').find((entry) => entry.name === name);
  if (!found && k.global.string('user')) throw failure(`auth info "${name}" does not exist`);
  const user: UserFields = { ...(found?.fields as UserFields | undefined) };
  const token = k.global.string('token');
  if (token) Object.assign(user, { token, tokenFile: undefined });
  for (const field of ['username', 'password'] as const) if (k.global.string(field)) user[field] = k.global.string(field);
  const methods = [...(user.token || user.tokenFile ? ['token'] : []), ...(user.username || user.password ? ['basicAuth'] : [])];
  if (methods.length > 1)
    throw failure(`more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`);
  return { name, user };
}

function checkImpersonation({ global }: Kubectl, user: string): void {
  if (global.string('as')) return;
  if (global.list('as-group').length > 0 || global.list('as-user-extra').length > 0 || global.string('as-uid'))
    throw failure(`requesting uid, groups or user-extra for ${user} without impersonating a user`);
}

async function authorization(k: Kubectl, user: UserFields, name: string): Promise<Record<string, string>> {
  let token = user.token;
  if (!token && user.tokenFile)
    token = (await readOrFail(k, user.tokenFile, `unable to read token file ${user.tokenFile} for ${name}`)).trim();
  if (token) return { authorization: `Bearer ${token}` };
  if (user.username) {
    const pair = new TextEncoder().encode(`${user.username}:${user.password ?? ''}`);
    return { authorization: `Basic ${base64(pair)}` };
  }
  if (user.exec !== undefined || user['auth-provider'] !== undefined)
    throw failure(`user ${name}: credential plugins do not run in this sandbox`);
  return {};
}

/** PEM text of a flag's file, of a field's data, or of a field's file. */
async function pem(
  k: Kubectl,
  fields: ClusterFields | UserFields,
  field: string,
  flag: string,
  what: string,
  owner: () => Promise<string>,
): Promise<string | undefined> {
  const data = fields[`${field}-data`];
  if (!flag && typeof data === 'string' && data) return new TextDecoder().decode(decodeBase64(data));
  const path = flag || fields[field];
  if (typeof path !== 'string' || !path) return undefined;
  return readOrFail(k, path, `unable to read ${what} ${path} for ${await owner()}`);
}

async function readOrFail(k: Kubectl, path: string, what: string): Promise<string> {
  try {
    return await readFile(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`${what} due to open ${path}: ${error.message.toLowerCase()}`);
  }
}
