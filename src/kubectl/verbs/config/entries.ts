import { base64 } from '../../../kube/api';
import { Errno } from '../../../kernel';
import type { Command, Invocation } from '../../command';
import { failure, usageError } from '../../errors';
import { readFile } from '../../files';
import type { Flags } from '../../flags';
import { entriesOf, type Section } from '../../kubeconfig';
import { byName, fieldsAt, listAt } from '../../value';
import { completeEntries, configOf, defaultPath, filesOf, helpError, putEntry, unexpected } from './files';

type Fields = Record<string, unknown>;

const currentOf = async (call: Invocation, section: Section, name: string): Promise<Fields> => ({
  ...entriesOf(await configOf(call), section).find((entry) => entry.name === name)?.fields,
});

/** Sets a text field that was given; an empty one goes away. */
function put(fields: Fields, flags: Flags, flag: string, field = flag): void {
  if (!flags.changed(flag)) return;
  const text = flags.string(flag);
  if (text) fields[field] = text;
  else delete fields[field];
}

/** A file named by a flag: its name, or with --embed-certs its content. */
async function putFile({ k, flags }: Invocation, fields: Fields, flag: string): Promise<void> {
  if (!flags.changed(flag)) return;
  const path = flags.string(flag);
  delete fields[flag];
  delete fields[`${flag}-data`];
  if (!path) return;
  if (!flags.bool('embed-certs')) {
    fields[flag] = path;
    return;
  }
  try {
    fields[`${flag}-data`] = base64(new TextEncoder().encode(await readFile(k.proc, path)));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`could not stat ${flag} file ${path}: stat ${path}: ${error.message.toLowerCase()}`);
  }
}

export const setCluster: Command = {
  use: 'set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  short: 'Set a cluster entry in kubeconfig',
  long: `Set a cluster entry in kubeconfig.

 Of a cluster that exists only the named fields change.`,
  example: `  # Set the server of the e2e cluster
  kubectl config set-cluster e2e --server=https://1.2.3.4
  
  # Keep its certificate authority in the file
  kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt`,
  flags: [
    { name: 'certificate-authority', kind: 'string', usage: 'Path to certificate-authority file for the cluster entry in kubeconfig' },
    { name: 'embed-certs', kind: 'tristate', value: 'false', optional: 'true', usage: 'embed-certs for the cluster entry in kubeconfig' },
    {
      name: 'insecure-skip-tls-verify',
      kind: 'tristate',
      value: 'false',
      optional: 'true',
      usage: 'insecure-skip-tls-verify for the cluster entry in kubeconfig',
    },
    { name: 'proxy-url', kind: 'string', usage: 'proxy-url for the cluster entry in kubeconfig' },
    { name: 'server', kind: 'string', usage: 'server for the cluster entry in kubeconfig' },
    { name: 'tls-server-name', kind: 'string', usage: 'tls-server-name for the cluster entry in kubeconfig' },
  ],
  async run(call) {
    const { k, flags, args } = call;
    const [name] = args;
    if (args.length !== 1 || !name) throw unexpected(call);
    if (flags.bool('insecure-skip-tls-verify') && flags.string('certificate-authority'))
      throw failure('you cannot specify a certificate authority and insecure mode at the same time');
    if (flags.bool('embed-certs') && !flags.string('certificate-authority'))
      throw failure('you must specify a --certificate-authority to embed');
    const cluster: Fields = { server: '', ...(await currentOf(call, 'clusters', name)) };
    if (flags.changed('server')) cluster.server = flags.string('server').replace(/\/$/, '');
    put(cluster, flags, 'tls-server-name');
    put(cluster, flags, 'proxy-url');
    if (flags.changed('insecure-skip-tls-verify')) {
      delete cluster['insecure-skip-tls-verify'];
      if (flags.bool('insecure-skip-tls-verify')) {
        cluster['insecure-skip-tls-verify'] = true;
        delete cluster['certificate-authority'];
        delete cluster['certificate-authority-data'];
      }
    }
    await putFile(call, cluster, 'certificate-authority');
    if (flags.string('certificate-authority')) delete cluster['insecure-skip-tls-verify'];
    await putEntry(call, 'clusters', name, cluster);
    await k.out(`Cluster "${name}" set.\n`);
    return 0;
  },
};

const text = (name: string): { name: string; kind: 'string'; usage: string } => ({
  name,
  kind: 'string',
  usage: `${name} for the user entry in kubeconfig`,
});

export const setCredentials: Command = {
  use: 'set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]',
  short: 'Set a user entry in kubeconfig',
  long: `Set a user entry in kubeconfig.

 Of a user that exists only the named fields change. A user has a client certificate with its key, a bearer token, or a name and a password.`,
  example: `  # Set the client key of the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key
  
  # Keep its certificate in the file
  kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true`,
  flags: [
    text('auth-provider'),
    { name: 'auth-provider-arg', kind: 'slice', usage: "'key=value' arguments for the auth provider" },
    text('client-certificate'),
    text('client-key'),
    {
      name: 'embed-certs',
      kind: 'tristate',
      value: 'false',
      optional: 'true',
      usage: 'Embed client cert/key for the user entry in kubeconfig',
    },
    text('exec-api-version'),
    { name: 'exec-arg', kind: 'slice', usage: 'New arguments for the exec credential plugin command' },
    text('exec-command'),
    { name: 'exec-env', kind: 'array', usage: "'key=value' environment values for the exec credential plugin" },
    text('exec-interactive-mode'),
    {
      name: 'exec-provide-cluster-info',
      kind: 'tristate',
      value: 'false',
      optional: 'true',
      usage: 'Whether the command gets the cluster too',
    },
    text('password'),
    text('token'),
    text('username'),
  ],
  async run(call) {
    const { k, flags, args } = call;
    const [name] = args;
    if (args.length !== 1 || !name) throw helpError(call, `unexpected args: [${args.join(' ')}]`);
    const basic = flags.string('username') || flags.string('password');
    if (flags.string('token') && basic)
      throw failure('you cannot specify more than one authentication method at the same time: --token, --username/--password');
    if (flags.bool('embed-certs') && !flags.string('client-certificate') && !flags.string('client-key'))
      throw failure('you must specify a --client-certificate or --client-key to embed');
    const user = await currentOf(call, 'users', name);
    await putFile(call, user, 'client-certificate');
    await putFile(call, user, 'client-key');
    if (flags.changed('token')) {
      put(user, flags, 'token');
      for (const field of ['username', 'password']) delete user[field];
    }
    if (basic) delete user.token;
    put(user, flags, 'username');
    put(user, flags, 'password');
    putProvider(user, flags);
    putExec(user, flags);
    await putEntry(call, 'users', name, user);
    await k.out(`User "${name}" set.\n`);
    return 0;
  },
};

/** `key=value` sets, `key-` takes away. */
function pairs(list: readonly string[]): { set: [string, string][]; gone: string[] } {
  const set = list
    .filter((one) => one.includes('='))
    .map((one): [string, string] => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]);
  return { set, gone: list.filter((one) => !one.includes('=') && one.endsWith('-')).map((one) => one.slice(0, -1)) };
}

function putProvider(user: Fields, flags: Flags): void {
  if (flags.changed('auth-provider')) {
    if (flags.string('auth-provider'))
      user['auth-provider'] = { config: {}, ...fieldsAt(user, 'auth-provider'), name: flags.string('auth-provider') };
    else delete user['auth-provider'];
  }
  if (!user['auth-provider'] || flags.list('auth-provider-arg').length === 0) return;
  const { set, gone } = pairs(flags.list('auth-provider-arg'));
  const config: Fields = { ...fieldsAt(user, 'auth-provider', 'config'), ...Object.fromEntries(set) };
  for (const key of gone) delete config[key];
  user['auth-provider'] = { ...fieldsAt(user, 'auth-provider'), config };
}

function putExec(user: Fields, flags: Flags): void {
  if (flags.changed('exec-command')) {
    if (!flags.string('exec-command')) {
      delete user.exec;
      return;
    }
    user.exec = { args: null, env: null, provideClusterInfo: false, ...fieldsAt(user, 'exec'), command: flags.string('exec-command') };
  }
  if (!user.exec) return;
  const exec: Fields = { ...fieldsAt(user, 'exec') };
  put(exec, flags, 'exec-api-version', 'apiVersion');
  put(exec, flags, 'exec-interactive-mode', 'interactiveMode');
  if (flags.changed('exec-provide-cluster-info')) exec.provideClusterInfo = flags.bool('exec-provide-cluster-info');
  if (flags.list('exec-arg').length > 0) exec.args = flags.list('exec-arg');
  if (flags.list('exec-env').length > 0) {
    const { set, gone } = pairs(flags.list('exec-env'));
    const kept = listAt(exec, 'env').filter(({ name }) => !gone.includes(String(name)) && !set.some(([key]) => key === name));
    exec.env = [...kept, ...set.map(([key, value]) => ({ name: key, value }))];
  }
  user.exec = exec;
}

const listCommand = (use: string, short: string, section: Section): Command => ({
  use: `${use} [flags]`,
  short,
  example: `  # List them
  kubectl config ${use}`,
  async run(call) {
    const names = entriesOf(await configOf(call), section).map((entry) => entry.name);
    await call.k.out(
      `NAME\n${names
        .sort(byName)
        .map((name) => `${name}\n`)
        .join('')}`,
    );
    return 0;
  },
});

export const getClusters = listCommand('get-clusters', 'Display clusters defined in the kubeconfig', 'clusters');
export const getUsers = listCommand('get-users', 'Display users defined in the kubeconfig', 'users');

const deleteCommand = (noun: 'cluster' | 'user', section: Section): Command => ({
  use: `delete-${noun} NAME`,
  short: `Delete the specified ${noun} from the kubeconfig`,
  example: `  # Delete the ${noun} minikube
  kubectl config delete-${noun} minikube`,
  async run(call) {
    const { k, args } = call;
    if (args.length !== 1) {
      if (noun === 'user') throw usageError(call.path, 'user to delete is required');
      await k.out(call.help());
      return 0;
    }
    const [name = ''] = args;
    const path = defaultPath(call, await filesOf(call));
    if (!entriesOf(await configOf(call), section).some((entry) => entry.name === name))
      throw failure(`cannot delete ${noun} ${name}, not in ${path}`);
    await putEntry(call, section, name, undefined);
    await k.out(`deleted ${noun} ${name} from ${path}\n`);
    return 0;
  },
  complete: completeEntries(section),
});

export const deleteCluster = deleteCommand('cluster', 'clusters');
export const deleteUser = deleteCommand('user', 'users');
