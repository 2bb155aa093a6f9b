import { describe } from 'vitest';
import { errorsOf, mutations, warningsOf, type Manifest } from './objects';

const labels = { app: 'web' };
const spec = { restartPolicy: 'Always', containers: [{ name: 'app', image: 'nginx:1.25' }] };
const deployment: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
};
const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec };

const cost = 'controller.kubernetes.io/pod-deletion-cost';
const tolerations = 'scheduler.alpha.kubernetes.io/tolerations';
const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
const number = 'must be a 32bit integer';

describe('annotations that mean something for pods', () => {
  mutations('of a pod', pod, [
    [{ 'metadata.annotations': { [cost]: '-0' } }],
    [{ 'metadata.annotations': { [cost]: '2147483647' } }],
    [{ 'metadata.annotations': { [cost]: '2147483648' } }, `metadata.annotations[${cost}]: Invalid value: "2147483648": ${number}`],
    [{ 'metadata.annotations': { [cost]: '+1' } }, `metadata.annotations[${cost}]: Invalid value: "+1": ${number}`],
    [{ 'metadata.annotations': { [cost]: '' } }, `metadata.annotations[${cost}]: Invalid value: "": ${number}`],
    [{ 'metadata.annotations': { [tolerations]: '[{"operator":"Exists"}]' } }],
    [{ 'metadata.annotations': { [tolerations]: 'none' } }, `metadata.annotations: Invalid value: "${tolerations}": invalid character 'o' in literal null (expecting 'u')`],
    [{ 'metadata.annotations': { [tolerations]: '{}' } }, `metadata.annotations: Invalid value: "${tolerations}": json: cannot unmarshal object into Go value of type []core.Toleration`],
    [{ 'metadata.annotations': { [tolerations]: '[{"operator":"Is","key":"a"}]' } }, `metadata.annotations.${tolerations}[0].operator: Unsupported value: "Is": supported values: "Equal", "Exists"`],
  ]); // prettier-ignore

  mutations('of a template', deployment, [
    [{ 'spec.template.metadata.annotations': { [cost]: 'x' } }, `spec.template.annotations[${cost}]: Invalid value: "x": ${number}`],
    [{ 'spec.template.metadata.annotations': { [seccomp]: 'mine' } }, `spec.template.annotations.${seccomp}: Invalid value: "mine": must be a valid seccomp profile`],
    [{ 'spec.template.metadata.annotations': { [`${appArmor}db`]: 'mine' } }, `spec.template.annotations[${appArmor}db]: Invalid value: "db": container not found`, `spec.template.annotations[${appArmor}db]: Invalid value: "mine": invalid AppArmor profile name: "mine"`],
    [{ 'spec.template.metadata.annotations': { [seccomp]: 'unconfined' }, 'spec.template.spec.securityContext': { seccompProfile: { type: 'RuntimeDefault' } } }, 'spec.template.spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match'],
  ]); // prettier-ignore
});

describe('a volume that makes its claim', () => {
  const template = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } } };
  mutations(
    'half a byte cannot be asked for',
    pod,
    [[{ 'spec.volumes': [{ name: 'data', ephemeral: { volumeClaimTemplate: template } }] }, 'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer']],
    warningsOf,
  ); // prettier-ignore
});

describe('templates and pods that lack what the other must have', () => {
  const volumes = [{ name: 'data', image: { pullPolicy: 'Always' } }];
  mutations('an image volume of a template', deployment, [[{ 'spec.template.spec.volumes': volumes }]]);
  mutations('an image volume of a pod', pod, [[{ 'spec.volumes': volumes }, 'spec.volumes[0].image.reference: Required value']]);
  mutations('search domains may have underscores', pod, [
    [{ 'spec.dnsConfig': { searches: ['_tcp.example.com'] } }],
    [
      { 'spec.dnsConfig': { searches: ['A'] } },
      "spec.dnsConfig.searches[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
    ],
  ]);
  mutations('resources of a pod whose containers are missing', pod, [
    [{ 'spec.containers': undefined, 'spec.resources': { limits: { cpu: '1' } } }, 'spec.containers: Required value'],
    [{ 'spec.resources': { limits: { disk: '1' } } }, 'spec.resources.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified'],
    [{ 'spec.resources': { limits: { 'ephemeral-storage': '1' } } }, 'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"'],
  ], (manifest) => errorsOf(manifest)); // prettier-ignore
});
