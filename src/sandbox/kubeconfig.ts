import { base64 } from '../kube/api';
import { clusterCertificate } from '../kube/control';

const encode = (text: string): string => base64(new TextEncoder().encode(text));

const notKept = encode('The sandbox asks for no certificate: this one is not kept.\n');

/** ~/.kube/config of the cluster's administrator, as kubeadm lays it out. */
export const kubeconfig = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${encode(clusterCertificate)}
    server: https://127.0.0.1:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: ${notKept}
    client-key-data: ${notKept}
`;
