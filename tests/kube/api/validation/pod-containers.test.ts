import { describe, expect, it } from 'vitest';
import { errorsOf, podOf, table, warningsOf, withContainer, type Fields, type Row } from './pods';

/** A container's errors, with `c` for `spec.containers[0]`. */
const faults = (fields: Fields, spec?: Fields): string[] =>
  errorsOf(withContainer(fields, spec)).map((text) => text.replace(/^spec\.containers\[0\]/, 'c'));

const rows = (title: string, cases: readonly Row[]): void => table(title, cases, faults);

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const isPort = 'must be between 1 and 65535, inclusive';

describe('containers', () => {
  it('are needed', () => expect(errorsOf(podOf({ containers: [] }))).toEqual(['spec.containers: Required value']));

  it('have names and images', () => {
    expect(errorsOf(podOf({ containers: [{}, { name: 'a', image: 'x' }, { name: 'a', image: 'x' }] }))).toEqual([
      'spec.containers[0].name: Required value',
      'spec.containers[0].image: Required value',
      'spec.containers[2].name: Duplicate value: "a"',
    ]);
  });

  rows('values as Go shows them', [
    [
      { imagePullPolicy: 'é\u0001\v<"' },
      'c.imagePullPolicy: Unsupported value: "é\\x01\\v<\\"": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ]);

  rows('policies', [
    [{ image: ' nginx' }, 'c.image: Invalid value: " nginx": must not have leading or trailing whitespace'],
    [{ imagePullPolicy: 'always' }, 'c.imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"'],
    [
      { terminationMessagePolicy: 'Log' },
      'c.terminationMessagePolicy: Unsupported value: "Log": supported values: "File", "FallbackToLogsOnError"',
    ],
    [{ restartPolicy: 'Never' }],
    [{ restartPolicy: 'Sometimes' }, 'c.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
  ]);

  rows('ports', [
    [{ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }],
    [{ ports: [{}] }, 'c.ports[0].containerPort: Required value'],
    [{ ports: [{ containerPort: 65536 }] }, `c.ports[0].containerPort: Invalid value: 65536: ${isPort}`],
    [{ ports: [{ containerPort: -1 }] }, `c.ports[0].containerPort: Invalid value: -1: ${isPort}`],
    [{ ports: [{ containerPort: 80, hostPort: 70000 }] }, `c.ports[0].hostPort: Invalid value: 70000: ${isPort}`],
    [
      { ports: [{ containerPort: 80, protocol: 'tcp' }] },
      'c.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      {
        ports: [
          { containerPort: 80, name: 'http' },
          { containerPort: 81, name: 'http' },
        ],
      },
      'c.ports[1].name: Duplicate value: "http"',
    ],
    [
      { ports: [{ containerPort: 80, name: 'a-name-of-sixteen' }] },
      'c.ports[0].name: Invalid value: "a-name-of-sixteen": must be no more than 15 characters',
    ],
    [{ ports: [{ containerPort: 80, name: '80' }] }, 'c.ports[0].name: Invalid value: "80": must contain at least one letter (a-z)'],
    [
      {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      },
      'c.ports[1].hostPort: Duplicate value: "TCP//80"',
    ],
  ]);

  const probe = (fields: Fields): Fields => ({ livenessProbe: fields });
  rows('probes', [
    [probe({ exec: { command: ['true'] } })],
    [probe({ httpGet: { port: 80 } })],
    [probe({ tcpSocket: { port: 'http' } })],
    [probe({ grpc: { port: 80 } })],
    [probe({}), 'c.livenessProbe: Required value: must specify a handler type'],
    [
      probe({ exec: { command: ['a'] }, httpGet: { port: 80 } }),
      'c.livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
    ],
    [probe({ exec: {} }), 'c.livenessProbe.exec.command: Required value'],
    [probe({ httpGet: { port: 0 } }), `c.livenessProbe.httpGet.port: Invalid value: 0: ${isPort}`],
    [
      probe({ httpGet: { port: 80, scheme: 'http' } }),
      'c.livenessProbe.httpGet.scheme: Unsupported value: "http": supported values: "HTTP", "HTTPS"',
    ],
    [
      probe({ httpGet: { port: 80, httpHeaders: [{ name: 'a b' }] } }),
      `c.livenessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')`,
    ],
    [
      probe({ tcpSocket: { port: 'a_b' } }),
      `c.livenessProbe.tcpSocket.port: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
    ],
    [probe({ grpc: {} }), `c.livenessProbe.grpc.port: Invalid value: 0: ${isPort}`],
    [
      probe({ exec: { command: ['a'] }, periodSeconds: -1 }),
      'c.livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    [probe({ exec: { command: ['a'] }, successThreshold: 2 }), 'c.livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    [{ readinessProbe: { exec: { command: ['a'] }, successThreshold: 2 } }],
    [
      { readinessProbe: { exec: { command: ['a'] }, terminationGracePeriodSeconds: 1 } },
      'c.readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
    ],
    [
      probe({ exec: { command: ['a'] }, terminationGracePeriodSeconds: 0 }),
      'c.livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
    ],
  ]);

  rows('lifecycle', [
    [{ lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
    [{ lifecycle: { postStart: {} } }, 'c.lifecycle.postStart: Required value: must specify a handler type'],
    [
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      'c.lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
    [{ lifecycle: { stopSignal: 'SIGTERM' } }],
  ]);

  const variable = (fields: Fields): Fields => ({ env: [fields] });
  rows('env', [
    [variable({ name: 'a.b-c', value: 'x' })],
    [variable({ value: 'x' }), 'c.env[0].name: Required value'],
    [
      variable({ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
      'c.env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
    [
      variable({ name: 'A', valueFrom: {} }),
      'c.env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
    [variable({ name: 'A', valueFrom: { fieldRef: {} } }), 'c.env[0].valueFrom.fieldRef.fieldPath: Required value'],
    [
      variable({ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }),
      'c.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
    [variable({ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } })],
    [
      variable({ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.x' } } }),
      'c.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "status.x": error converting fieldPath: field label not supported: status.x',
    ],
    [
      variable({ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } }),
      'c.env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
    ],
    [
      variable({ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }),
      'c.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
    [
      variable({ name: 'A', valueFrom: { secretKeyRef: {} } }),
      `c.env[0].valueFrom.secretKeyRef.name: Invalid value: "": ${subdomain}`,
      'c.env[0].valueFrom.secretKeyRef.key: Required value',
    ],
    [{ envFrom: [{ secretRef: { name: 's' }, prefix: 'A_' }] }],
    [{ envFrom: [{}] }, 'c.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    [{ envFrom: [{ configMapRef: {} }] }, 'c.envFrom[0].configMapRef.name: Required value'],
  ]);

  rows('resources', [
    [{ resources: { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '1Gi' } } }],
    [
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      'c.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      { resources: { limits: { cpu: '-1' } } },
      'c.resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'c.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      { resources: { limits: { gpu: '1' } } },
      'c.resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'c.resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers',
      'c.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'c.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ],
    [
      { resources: { limits: { 'example.com/gpu': '1500m' } } },
      'c.resources.limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'c.resources.requests[example.com/gpu]: Invalid value: "1500m": must be an integer',
    ],
    [
      { resources: { requests: { 'example.com/gpu': '1' } } },
      'c.resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
    [{ resources: { limits: { 'hugepages-2Mi': '4Mi' } } }, 'c.resources: Forbidden: HugePages require cpu or memory'],
    [
      { resources: { claims: [{ name: 'x' }] } },
      'c.resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
    [
      { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'x' }] },
      'c.resizePolicy: Unsupported value: "x": supported values: "NotRequired", "RestartContainer"',
    ],
  ]);
});

describe('init containers', () => {
  const init = (fields: Fields): string[] =>
    errorsOf(podOf({ initContainers: [{ name: 'init', image: 'x', ...fields }] })).map((text) =>
      text.replace('spec.initContainers[0]', 'i'),
    );
  table(
    'such containers',
    [
      [{}],
      [{ name: 'app' }, 'i.name: Duplicate value: "app"'],
      [{ restartPolicy: 'Always', readinessProbe: { exec: { command: ['a'] } } }],
      [
        { readinessProbe: { exec: { command: ['a'] } } },
        'i.readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
      [
        { lifecycle: { preStop: { exec: { command: ['a'] } } } },
        'i.lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    (fields) => init(fields),
  );
});

describe('warnings of containers', () => {
  table(
    'containers with',
    [
      [
        {
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
        'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      ],
      [
        {
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '$(A)2' },
          ],
        },
      ],
      [
        { resources: { limits: { memory: '100m' } } },
        'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
        'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
      [
        {
          ports: [
            { containerPort: 80, name: 'a' },
            { containerPort: 80, name: 'b' },
          ],
        },
        'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      ],
    ],
    (fields) => warningsOf(withContainer(fields)),
  );
});
