import { describe, expect, test } from 'vitest';
import { changed, changeErrors, mutations, warningsOf, type Manifest } from './objects';

const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};
const balancer = changed(service, { 'spec.type': 'LoadBalancer' });
const ipText = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const qualified =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const onlyBalancers = "may only be used when `type` is 'LoadBalancer'";

describe('a Service', () => {
  mutations('ports', service, [
    [{ 'spec.ports.0.port': 10250 }],
    [{ 'spec.ports': undefined }, 'spec.ports: Required value'],
    [{ 'spec.ports.0.appProtocol': 'a b' }, `spec.ports[0].appProtocol: Invalid value: "a b": ${qualified}`],
    [{ 'spec.ports.0.targetPort': 'WEB' }, 'spec.ports[0].targetPort: Invalid value: "WEB": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)', 'spec.ports[0].targetPort: Invalid value: "WEB": must contain at least one letter (a-z)'],
    [{ 'spec.ports.0.nodePort': 30080 }, "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    [{ 'spec.ports.1': { port: 81 } }, 'spec.ports[1].name: Required value'],
    [{ 'spec.ports.1': { port: 80, name: 'http' } }, 'spec.ports[1].name: Duplicate value: "http"', 'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'],
  ]); // prettier-ignore

  mutations('addresses', service, [
    [{ 'spec.clusterIP': '10.96.0.9' }, 'spec.clusterIPs: Required value'],
    [{ 'spec.clusterIP': '10.96.0.9', 'spec.clusterIPs': ['10.96.0.8'] }, 'spec.clusterIPs: Invalid value: ["10.96.0.8"]: first value must match `clusterIP`'],
    [{ 'spec.clusterIPs': ['10.96.0.8'] }, 'spec.clusterIPs: Invalid value: ["10.96.0.8"]: must be empty when `clusterIP` is not specified'],
    [{ 'spec.clusterIP': 'none', 'spec.clusterIPs': ['none'] }, `spec.clusterIPs[0]: Invalid value: "none": ${ipText}`],
    [{ 'spec.clusterIP': 'None', 'spec.clusterIPs': ['None', '10.96.0.8'] }, 'spec.clusterIPs: Invalid value: ["None","10.96.0.8"]: \'None\' must be the first and only value'],
    [{ 'spec.clusterIP': '10.96.0.8', 'spec.clusterIPs': ['10.96.0.8', '10.96.0.9'] }, 'spec.clusterIPs: Invalid value: ["10.96.0.8","10.96.0.9"]: may specify no more than one IP for each IP family'],
    [{ 'spec.clusterIP': 'fd00::1', 'spec.clusterIPs': ['fd00::1'], 'spec.ipFamilies': ['IPv4'] }, 'spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`'],
    [{ 'spec.ipFamilies': ['IPv4', 'IPv4', 'v6'] }, 'spec.ipFamilies[1]: Duplicate value: "IPv4"', 'spec.ipFamilies[2]: Unsupported value: "v6": supported values: "IPv4", "IPv6"'],
    [{ 'spec.ipFamilyPolicy': 'Dual' }, 'spec.ipFamilyPolicy: Unsupported value: "Dual": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'],
    [{ 'spec.externalIPs': ['203.0.113.7', '127.0.0.1', 'x'] }, 'spec.externalIPs[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)', `spec.externalIPs[2]: Invalid value: "x": ${ipText}`],
    [{ 'spec.externalIPs': ['0.0.0.0', 'fe80::1', '224.0.0.5'] }, 'spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)', 'spec.externalIPs[1]: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)', 'spec.externalIPs[2]: Invalid value: "224.0.0.5": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ]); // prettier-ignore

  mutations('types', service, [
    [{ 'spec.type': 'Cluster' }, 'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    [{ 'spec.type': 'NodePort', 'spec.clusterIP': 'None', 'spec.clusterIPs': ['None'] }, "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    [{ 'spec.type': 'ExternalName', 'spec.externalName': 'db.example.com.' }],
    [{ 'spec.type': 'ExternalName' }, 'spec.externalName: Required value'],
    [{ 'spec.type': 'ExternalName', 'spec.externalName': 'a', 'spec.clusterIPs': ['10.96.0.1'], 'spec.ipFamilies': ['IPv4'], 'spec.ipFamilyPolicy': 'SingleStack' }, ...['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].map((field) => `spec.${field}: Forbidden: may not be set for ExternalName services`)],
    [{ 'spec.loadBalancerSourceRanges': [' 10.0.0.0/8 '] }, `spec.LoadBalancerSourceRanges: Forbidden: ${onlyBalancers}`],
    [{ 'metadata.annotations': { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8' } }, `metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: ${onlyBalancers}`],
    [{ 'spec.allocateLoadBalancerNodePorts': false, 'spec.loadBalancerClass': 'a' }, `spec.allocateLoadBalancerNodePorts: Forbidden: ${onlyBalancers}`, `spec.loadBalancerClass: Forbidden: ${onlyBalancers}`],
    [{ 'spec.externalTrafficPolicy': 'Local' }, 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    [{ 'spec.internalTrafficPolicy': 'local' }, 'spec.internalTrafficPolicy: Unsupported value: "local": supported values: "Cluster", "Local"'],
    [{ 'spec.healthCheckNodePort': 30000 }, "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"],
    [{ 'spec.trafficDistribution': 'Near' }, 'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"'],
    [{ 'metadata.annotations': { 'service.kubernetes.io/topology-aware-hints': 'Auto', 'service.kubernetes.io/topology-mode': 'x' } }, 'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "x": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified'],
  ]); // prettier-ignore

  mutations('load balancers', balancer, [
    [{ 'spec.loadBalancerClass': 'a b' }, `spec.loadBalancerClass: Invalid value: "a b": ${qualified}`],
    [{ 'spec.externalTrafficPolicy': 'Local' }, 'spec.healthCheckNodePort: Required value'],
    [{ 'spec.externalTrafficPolicy': 'Here' }, 'spec.externalTrafficPolicy: Unsupported value: "Here": supported values: "Cluster", "Local"'],
    [{ 'spec.loadBalancerSourceRanges': ['10.0.0.1'] }, 'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ]); // prettier-ignore

  mutations(
    'changes',
    changed(balancer, { 'spec.clusterIP': '10.96.0.8', 'spec.clusterIPs': ['10.96.0.8'], 'spec.ipFamilies': ['IPv4'] }),
    [
      [{ 'spec.ports.0.port': 81 }],
      [{ 'spec.clusterIP': '10.96.0.9', 'spec.clusterIPs': ['10.96.0.9'] }, 'spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set'],
      [{ 'spec.clusterIP': undefined, 'spec.clusterIPs': undefined, 'spec.ipFamilies': undefined }, 'spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset', 'spec.ipFamilies[0]: Invalid value: []: primary ipFamily can not be unset'],
      [{ 'spec.loadBalancerClass': 'a' }, 'spec.loadBalancerClass: Invalid value: "a": may not change once set'],
    ],
    (manifest) => changeErrors(changed(balancer, { 'spec.clusterIP': '10.96.0.8', 'spec.clusterIPs': ['10.96.0.8'], 'spec.ipFamilies': ['IPv4'] }), manifest),
  ); // prettier-ignore

  test('what is ignored is said', () => {
    expect(warningsOf(changed(service, { 'spec.clusterIP': 'None', 'spec.externalIPs': ['203.0.113.7'] }))).toEqual([
      'spec.externalIPs is ignored for headless services',
    ]);
  });
});
