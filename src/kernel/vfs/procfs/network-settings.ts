import { Errno } from '../../errno';
import type { NamespaceHandle, ProcTask } from '../types';
import { directory, file, type NodeMaker } from './nodes';

/** What /proc/sys/net holds of ip-sysctl and its like, as a namespace begins with it. A value is a number, or several. */
const defaults = {
  core: { somaxconn: '4096', rmem_max: '212992', wmem_max: '212992' },
  ipv4: {
    ip_forward: '0',
    ip_unprivileged_port_start: '1024',
    ip_local_port_range: '32768\t60999',
    ping_group_range: '1\t0',
    tcp_fin_timeout: '60',
    tcp_keepalive_time: '7200',
    tcp_syncookies: '1',
  },
} as const;

/** Each network namespace has its own: those that were written. */
const written = new WeakMap<NamespaceHandle, Map<string, string>>();

const setting = (key: string, initial: string): NodeMaker =>
  file(`sys/net/${key}`, (task) => `${written.get(task.namespaceOf('net'))?.get(key) ?? initial}\n`, {
    strict: true,
    refusal: 'EIO',
    store: (text, task) => store(key, initial, text, task),
  });

function store(key: string, initial: string, text: string, task: ProcTask): void {
  const values = text.trim().split(/\s+/);
  if (values.length !== initial.split('\t').length || !values.every((value) => /^-?\d+$/.test(value))) throw new Errno('EINVAL');
  const namespace = task.namespaceOf('net');
  const own = written.get(namespace) ?? new Map<string, string>();
  written.set(namespace, own.set(key, values.join('\t')));
}

/** /proc/sys/net. */
export const networkSettings: NodeMaker = directory(
  'sys/net',
  Object.fromEntries(
    Object.entries(defaults).map(([group, settings]) => [
      group,
      directory(
        `sys/net/${group}`,
        Object.fromEntries(Object.entries(settings).map(([name, initial]) => [name, setting(`${group}/${name}`, initial)])),
      ),
    ]),
  ),
);
