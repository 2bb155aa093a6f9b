import { readText } from '../../../kernel';
import type { ContainerConfig, NamespaceMode, PodSandbox, PodSandboxConfig } from '../types';
import { Fatal, findOne, findPod, rpc, ShowHelp, type CrictlCommand, type CrictlContext } from './crictl-context';

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const labels = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(fields(value)).map(([k, v]) => [k, String(v)]));

/** A configuration file, JSON or YAML. */
async function load({ proc, formats }: CrictlContext, path: string): Promise<Fields> {
  let source: string;
  try {
    source = await readText(proc, path);
  } catch {
    throw new Fatal(`config at ${path} not found`);
  }
  let config: Fields;
  try {
    config = fields(formats.parse(source));
  } catch (error) {
    throw new Fatal((error as Error).message);
  }
  if (config['metadata'] === undefined) throw new Fatal('metadata is not set');
  return config;
}

const modes: Readonly<Record<string, NamespaceMode>> = {
  '0': 'pod',
  POD: 'pod',
  '1': 'container',
  CONTAINER: 'container',
  '2': 'node',
  NODE: 'node',
};

async function sandboxConfig(context: CrictlContext, path: string): Promise<PodSandboxConfig & { readonly logDirectory: string }> {
  let config: Fields;
  try {
    config = await load(context, path);
  } catch (error) {
    throw error instanceof Fatal ? new Fatal(`load podSandboxConfig: ${error.message}`) : error;
  }
  const { name, namespace, uid, attempt } = fields(config['metadata']);
  if (!name || !namespace)
    throw new Fatal(`load podSandboxConfig: name or namespace is not in metadata ${JSON.stringify(config['metadata'])}`);
  const linux = fields(config['linux']);
  const options = fields(fields(linux['security_context'])['namespace_options']);
  const mode = (key: string): NamespaceMode => modes[String(options[key] ?? 0)] ?? 'pod';
  const dns = fields(config['dns_config']);
  const lines = [...words(dns['servers']).map((server) => `nameserver ${server}\n`), ...(words(dns['searches']).length ? [`search ${words(dns['searches']).join(' ')}\n`] : [])]; // prettier-ignore
  return {
    name: text(name),
    namespace: text(namespace),
    uid: text(uid) || String(context.proc.clock.random()).slice(2),
    attempt: Number(attempt ?? 0),
    hostname: text(config['hostname']) || text(name),
    labels: { ...labels(config['labels']), 'io.kubernetes.pod.name': text(name), 'io.kubernetes.pod.namespace': text(namespace), 'io.kubernetes.pod.uid': text(uid) }, // prettier-ignore
    annotations: labels(config['annotations']),
    namespaces: { pid: mode('pid'), net: mode('network') === 'node' ? 'node' : 'pod', ipc: mode('ipc') === 'node' ? 'node' : 'pod' },
    cgroupParent: text(linux['cgroup_parent']) || '/k8s.io',
    resolvConf: lines.length ? lines.join('') : 'nameserver 192.168.49.1\n',
    logDirectory: text(config['log_directory']) || '/tmp',
  };
}

async function containerConfig(context: CrictlContext, path: string, pod: PodSandbox, logDirectory: string): Promise<ContainerConfig> {
  const config = await load(context, path);
  const { name, attempt } = fields(config['metadata']);
  if (!name) throw new Fatal(`name is not in metadata ${JSON.stringify(config['metadata'])}`);
  const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);
  const security = fields(fields(config['linux'])['security_context']);
  return {
    name: text(name),
    attempt: Number(attempt ?? 0),
    image: text(fields(config['image'])['image']),
    command: words(config['command']),
    args: words(config['args']),
    env: list(config['envs']).map(({ key, value }): [string, string] => [text(key), text(value)]),
    workingDir: text(config['working_dir']),
    mounts: list(config['mounts']).map((m) => ({ hostPath: text(m['host_path']), containerPath: text(m['container_path']), readOnly: m['readonly'] === true })), // prettier-ignore
    stdin: config['stdin'] === true,
    stdinOnce: config['stdin_once'] === true,
    tty: config['tty'] === true,
    supplementalGroups: [],
    addCapabilities: [],
    dropCapabilities: [],
    privileged: security['privileged'] === true,
    readOnlyRootfs: security['readonly_rootfs'] === true,
    labels: { ...labels(config['labels']), 'io.kubernetes.container.name': text(name), 'io.kubernetes.pod.name': pod.config.name, 'io.kubernetes.pod.namespace': pod.config.namespace, 'io.kubernetes.pod.uid': pod.config.uid }, // prettier-ignore
    annotations: labels(config['annotations']),
    logPath: `${logDirectory}/${text(config['log_path']) || `${text(name)}.log`}`,
  };
}

async function runPod(context: CrictlContext, path: string): Promise<PodSandbox> {
  const config = await sandboxConfig(context, path);
  return rpc('run pod sandbox', () => context.runtime.runPodSandbox(config));
}

async function runp(context: CrictlContext): Promise<void> {
  const [path, ...more] = context.args.operands;
  if (path === undefined || more.length) throw new ShowHelp();
  await context.out(`${(await runPod(context, path)).id}\n`);
}

async function make(context: CrictlContext, pod: PodSandbox, path: string, podPath: string): Promise<string> {
  const { logDirectory } = await sandboxConfig(context, podPath);
  const config = await containerConfig(context, path, pod, logDirectory);
  return (await rpc('creating container', () => context.runtime.createContainer(pod.id, config))).id;
}

async function create(context: CrictlContext): Promise<void> {
  const [id, path, podPath, ...more] = context.args.operands;
  if (id === undefined || path === undefined || podPath === undefined || more.length) throw new ShowHelp();
  const pod = await rpc('creating container', () => findPod(context.runtime, id));
  await context.out(`${await make(context, pod, path, podPath)}\n`);
}

async function start({ runtime, args, out }: CrictlContext): Promise<void> {
  if (!args.operands.length) throw new Fatal('ID cannot be empty');
  for (const id of args.operands) {
    await rpc(`starting the container "${id}"`, () => runtime.startContainer(findOne(runtime, id).id));
    await out(`${id}\n`);
  }
}

async function run(context: CrictlContext): Promise<void> {
  const [path, podPath, ...more] = context.args.operands;
  if (path === undefined || podPath === undefined || more.length) throw new ShowHelp();
  const id = await make(context, await runPod(context, podPath), path, podPath);
  await rpc(`running container: starting the container "${id}"`, () => context.runtime.startContainer(id));
  await context.out(`${id}\n`);
}

export const runCommands: Readonly<Record<string, CrictlCommand>> = {
  create: { usage: 'POD container-config.[json|yaml] pod-config.[json|yaml]', summary: 'Create a new container', run: create, options: [] },
  run: { usage: 'container-config.[json|yaml] pod-config.[json|yaml]', summary: 'Run a new container inside a sandbox', run, options: [] },
  runp: { usage: 'pod-config.[json|yaml]', summary: 'Run a new pod', run: runp, options: [] },
  start: { usage: 'CONTAINER-ID [CONTAINER-ID...]', summary: 'Start one or more created containers', run: start, options: [] },
};
