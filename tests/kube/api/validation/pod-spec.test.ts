import { describe, expect, it } from 'vitest';
import { errorsOf, podOf, table, warningsOf, withContainer, type Fields, type Row } from './pods';

/** A pod's errors, with `s` for `spec`. */
const faults = (spec: Fields): string[] => errorsOf(podOf(spec)).map((text) => text.replace(/^spec(?=[.:])/, 's'));

const rows = (title: string, cases: readonly Row[]): void => table(title, cases, faults);

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

describe("a pod's own fields", () => {
  rows('policies', [
    [{ restartPolicy: 'always' }, 's.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"'],
    [
      { dnsPolicy: 'Cluster' },
      's.dnsPolicy: Unsupported value: "Cluster": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
    [{ activeDeadlineSeconds: 0 }, 's.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    [
      { preemptionPolicy: 'Sometimes' },
      's.preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"',
    ],
    [{ os: { name: 'mac' } }, 's.os: Unsupported value: "mac": supported values: "linux", "windows"'],
    [{ nodeSelector: { a: 'b c' } }, `s.nodeSelector: Invalid value: "b c": ${labelValue}`],
  ]);

  rows('hosts', [
    [{ hostAliases: [{ ip: '10.0.0.1', hostnames: ['a.b'] }] }],
    [
      { hostAliases: [{ ip: 'web', hostnames: ['a'] }] },
      's.hostAliases[0].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [{ hostAliases: [{ ip: '10.0.0.01', hostnames: ['a'] }] }, 's.hostAliases[0].ip: Invalid value: "10.0.0.01": must not have leading 0s'],
    [{ hostname: 'A' }, `s.hostname: Invalid value: "A": ${label}`],
    [{ subdomain: 'a.b' }, 's.subdomain: Invalid value: "a.b": must not contain dots'],
    [
      { hostNetwork: true, containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 80, hostPort: 81 }] }] },
      's.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
    [
      { hostPID: true, shareProcessNamespace: true },
      's.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
    ],
  ]);

  rows('dns', [
    [{ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }],
    [{ dnsPolicy: 'None' }, 's.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    [
      { dnsPolicy: 'None', dnsConfig: {} },
      's.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
    ],
    [{ dnsConfig: { options: [{}] } }, 's.dnsConfig.options[0]: Required value: must not be empty'],
    [
      { dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] } },
      's.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]: must not have more than 3 nameservers',
    ],
  ]);

  const toleration = (fields: Fields): Fields => ({ tolerations: [fields] });
  rows('tolerations', [
    [toleration({ operator: 'Exists' })],
    [toleration({ key: 'a', value: 'b', effect: 'NoSchedule' })],
    [
      toleration({ key: 'a', operator: 'Equals' }),
      's.tolerations[0].operator: Unsupported value: "Equals": supported values: "Equal", "Exists"',
    ],
    [
      toleration({}),
      's.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
    [
      toleration({ key: 'a', operator: 'Exists', value: 'b' }),
      's.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
    ],
    [
      toleration({ key: 'a', effect: 'Evict' }),
      's.tolerations[0].effect: Unsupported value: "Evict": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      toleration({ key: 'a', tolerationSeconds: 1 }),
      's.tolerations[0].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  ]);

  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const node = (fields: Fields): Fields => ({ affinity: { nodeAffinity: fields } });
  const near = (fields: Fields): Fields => ({ affinity: { podAffinity: { [required]: [fields] } } });
  rows('affinity', [
    [node({ [required]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } })],
    [
      node({ [required]: {} }),
      `s.affinity.nodeAffinity.${required}.nodeSelectorTerms: Required value: must have at least one node selector term`,
    ],
    [
      node({ [required]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'in', values: ['b'] }] }] } }),
      `s.affinity.nodeAffinity.${required}.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "in": not a valid selector operator`,
    ],
    [
      node({ [required]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }] } }),
      `s.affinity.nodeAffinity.${required}.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    ],
    [
      node({ [preferred]: [{ weight: 0, preference: {} }] }),
      `s.affinity.nodeAffinity.${preferred}[0].weight: Invalid value: 0: must be in the range 1-100`,
    ],
    [near({ topologyKey: 'a', labelSelector: { matchLabels: { a: 'b' } } })],
    [
      near({ labelSelector: {} }),
      `s.affinity.podAffinity.${required}[0].topologyKey: Required value: can not be empty`,
      `s.affinity.podAffinity.${required}[0].topologyKey: Invalid value: "": name part must be non-empty`,
      `s.affinity.podAffinity.${required}[0].topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    ],
    [
      near({ topologyKey: 'a', labelSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }),
      `s.affinity.podAffinity.${required}[0].labelSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator`,
    ],
  ]);

  const spread = (fields: Fields): Fields => ({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {}, ...fields }],
  });
  rows('spreading', [
    [spread({})],
    [spread({ maxSkew: 0 }), 's.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero'],
    [spread({ topologyKey: '' }), 's.topologySpreadConstraints[0].topologyKey: Required value: can not be empty'],
    [
      spread({ whenUnsatisfiable: 'Never' }),
      's.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
    [spread({ minDomains: 0 }), 's.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero'],
    [
      spread({ nodeTaintsPolicy: 'x' }),
      's.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: "x": supported values: "Honor", "Ignore"',
    ],
  ]);

  rows('gates', [
    [{ schedulingGates: [{ name: 'a.b/c' }] }],
    [{ schedulingGates: [{ name: 'a' }, { name: 'a' }] }, 's.schedulingGates[1]: Duplicate value: "a"'],
    [
      { schedulingGates: [{ name: 'a' }], nodeName: 'n' },
      's.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ],
  ]);

  const context = (fields: Fields): Fields => ({ securityContext: fields });
  rows('security', [
    [context({ runAsUser: 1000, fsGroup: 2000, supplementalGroups: [3000] })],
    [context({ runAsUser: -1 }), 's.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive'],
    [
      context({ supplementalGroups: [-1] }),
      's.securityContext.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
    [
      context({ fsGroupChangePolicy: 'x' }),
      's.securityContext.fsGroupChangePolicy: Unsupported value: "x": supported values: "Always", "OnRootMismatch"',
    ],
    [
      context({ seccompProfile: { type: 'Localhost' } }),
      's.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ],
    [
      context({ seccompProfile: { type: 'x' } }),
      's.securityContext.seccompProfile.type: Unsupported value: "x": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
    ],
    [
      context({ sysctls: [{ name: 'A', value: '1' }] }),
      's.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
    ],
    [
      context({
        sysctls: [
          { name: 'kernel.shm', value: '1' },
          { name: 'kernel.shm', value: '2' },
        ],
      }),
      's.securityContext.sysctls[1].name: Duplicate value: "kernel.shm"',
    ],
  ]);
});

describe("a container's securityContext", () => {
  const fields = (securityContext: Fields): string[] =>
    errorsOf(withContainer({ securityContext })).map((text) => text.replace('spec.containers[0].securityContext', 'c'));
  table(
    'a container with',
    [
      [{ capabilities: { add: ['NET_ADMIN'] } }],
      [{ runAsGroup: 2147483648 }, 'c.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive'],
      [{ procMount: 'x' }, 'c.procMount: Unsupported value: "x": supported values: "Default", "Unmasked"'],
      [{ procMount: 'Unmasked' }, 'c.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
    ],
    (context) => fields(context),
  );
});

describe('warnings of pods', () => {
  table(
    'pods with',
    [
      [
        {
          hostAliases: [
            { ip: '10.0.0.1', hostnames: ['a'] },
            { ip: '10.0.0.1', hostnames: ['b'] },
          ],
        },
        'spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',
      ],
      [
        { imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] },
        'spec.imagePullSecrets[1].name: duplicate name "a"',
        'spec.imagePullSecrets[2].name: invalid empty name ""',
      ],
      [
        { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
        'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      ],
      [
        { terminationGracePeriodSeconds: -1 },
        'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
      ],
      [
        { dnsConfig: { nameservers: ['2001:DB8::1'] } },
        'spec.dnsConfig.nameservers[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
      ],
    ],
    (spec) => warningsOf(podOf(spec)),
  );

  it('are of the name too', () => {
    expect(warningsOf(podOf({}, { name: 'a.b' }))).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });
});
