import type { UnitFile } from './units';

const kubeletText = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const dropInText = (name: string): string => `[Service]
ExecStart=
ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --hostname-override=${name}
`;

const containerdText = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target

[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
OOMScoreAdjust=-999
RefuseManualStop=yes

[Install]
WantedBy=multi-user.target
`;

/** The services of a node, as their files describe them. */
export const unitFiles = (nodeName: string): { readonly containerd: UnitFile; readonly kubelet: UnitFile } => ({
  containerd: {
    name: 'containerd',
    description: 'containerd container runtime',
    path: '/lib/systemd/system/containerd.service',
    text: containerdText,
    docs: 'https://containerd.io',
    argv: ['/usr/bin/containerd'],
    restartMs: 5000,
    stays: true,
    memory: '61.3M',
  },
  kubelet: {
    name: 'kubelet',
    description: 'kubelet: The Kubernetes Node Agent',
    path: '/lib/systemd/system/kubelet.service',
    text: kubeletText,
    dropIn: { path: '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', text: dropInText(nodeName) },
    docs: 'https://kubernetes.io/docs/',
    argv: ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml', `--hostname-override=${nodeName}`],
    restartMs: 10_000,
    memory: '38.7M',
  },
});
