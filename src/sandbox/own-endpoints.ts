import { ApiClient, type KubeObject, type Transport } from '../kube/api';

const port = { name: 'https', port: 6443, protocol: 'TCP' };

/** What the API server publishes of itself: the endpoints of the service `kubernetes`. */
export async function publishOwnEndpoints(transport: Transport, address: string): Promise<void> {
  const client = new ApiClient(transport, 'kube-apiserver/v1.36.2');
  const endpoints: KubeObject = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [port] }],
  };
  const slice: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [port],
  };
  await client.create({ groupVersion: 'v1', resource: 'endpoints' }, endpoints);
  await client.create({ groupVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' }, slice);
}
