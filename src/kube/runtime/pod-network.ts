import type { Process } from '../../kernel';

/** What a CNI bridge plugin does in a new network namespace: a loopback, and an interface with the Pod's address. */
export function connectPod(child: Process, ip: string, subnet: string): void {
  const { network } = child;
  const hex = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const [a = '', b = '', c = '', d = ''] = hex;
  network.setUp('lo', true);
  network.add({
    name: 'eth0',
    kind: 'ether',
    // the bridge plugin's rule: 0a:58 and the address
    mac: ['0a', '58', ...hex].join(':'),
    mtu: 1500,
    up: true,
    addresses: [
      { family: 'inet', address: ip, prefix: 24, scope: 'global', broadcast: `${subnet}.255` },
      { family: 'inet6', address: `fe80::858:${a}ff:fe${b}:${c}${d}`.replace(/:0+(?=[0-9a-f])/g, ':'), prefix: 64, scope: 'link' },
    ],
    peerIndex: Number(ip.split('.')[3]) + 2,
  });
  network.addRoute({ to: 'default', via: `${subnet}.1`, device: 'eth0' });
}
