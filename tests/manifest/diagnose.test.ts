import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/manifest';
import { apply, check, cluster, read } from './marked';

const head = `apiVersion: v1
kind: Pod
metadata:
  name: web-app
spec:
  containers:
  - name: app
    image: alpine:3.8
`;

describe('each finding stands where it is', () => {
  test.each([
    ['a mount of no volume', `${head}    volumeMounts:
    - name: cred
            ^^^^ mount-without-volume: spec.containers[0].volumeMounts[0].name: Not found: "cred"
      mountPath: /etc/foo
  volumes:
  - name: creds
    secret:
      secretName: admin-access`],
    ['a missing image: the container', `
apiVersion: v1
kind: Pod
metadata:
  name: web-app
spec:
  containers:
  - name: app
    ^^^^ image-required: spec.containers[0].image: Required value`],
    ['an unknown field: its key', `${head}    comand: [sh]
    ^^^^^^ unknown-field: Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].comand"`],
    ['each unknown field apart', `${head}    comand: [sh]
    ^^^^^^ unknown-field: strict decoding error: unknown field "spec.containers[0].comand"
  foo: 1
  ^^^ unknown-field: strict decoding error: unknown field "spec.foo"`],
    ['a type error hides unknown fields', `${head}    comand: [sh]
    stdin: "yes"
           ^^^^^ boolean-expected: json: cannot unmarshal string into Go struct field Container.spec.containers.stdin of type bool`],
    ['a quoted mode', `${head}  volumes:
  - name: c
    secret:
      secretName: admin-access
      defaultMode: "0440"
                   ^^^^^^ number-expected: json: cannot unmarshal string into Go struct field SecretVolumeSource.spec.volumes.VolumeSource.secret.defaultMode of type int32`],
    ['a decimal mode', `${head}  volumes:
  - name: c
    secret:
      secretName: admin-access
      defaultMode: 440
                   ^^^ decimal-mode: 440 is decimal: the mode would be 0670.`],
    ['a Secret that is not there, and a key that one lacks', `${head}    env:
    - name: A
      valueFrom:
        secretKeyRef:
          name: admin-acces
                ^^^^^^^^^^^ no-secret: There is no Secret admin-acces in default yet
          key: x
    - name: B
      valueFrom:
        secretKeyRef:
          name: admin-access
          key: username
               ^^^^^^^^ no-such-key: The Secret admin-access has no key username. It has username.txt, password.txt.`],
    ['a Secret made in the same file is there', `
apiVersion: v1
kind: Secret
metadata:
  name: own
stringData:
  a: x
---
apiVersion: v1
kind: Pod
metadata:
  name: web-app
spec:
  containers:
  - name: app
    image: alpine:3.8
    envFrom:
    - secretRef:
        name: own`],
    ['data that is no base64', `
apiVersion: v1
kind: Secret
metadata:
  name: s
data:
  a: YQ==
  password: s3cr3t!
            ^^^^^^^ base64-text: Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 6`],
    ['data that is base64 twice, and with a line break', `
apiVersion: v1
kind: Secret
metadata:
  name: s
data:
  a: WVdSdGFXND0=
     ^^^^^^^^^^^^ encoded-twice: This decodes to base64 again: a Pod would get YWRtaW4=, not admin.
  b: YWRtaW4K
     ^^^^^^^^ line-break: The value ends with a line break
  c: YWRtaW4=
  ^ key-in-both: c stands in data and stringData; stringData wins.
stringData:
  c: admin`],
    ['a name of stringData is refused as one of data', `
apiVersion: v1
kind: Secret
metadata:
  name: s
stringData:
  a/b: x
  ^^^ data-key: data[a/b]: Invalid value: "a/b": a valid config key must consist of`],
    ['limits are refused as requests too', `${head}    resources:
      limits:
        Memory: 64Mi
        ^^^^^^ resource-name: spec.containers[0].resources.limits[Memory]: Invalid value: "Memory": must be a standard resource type or fully qualified
        ^^^^^^ resource-name: spec.containers[0].resources.limits[Memory]: Invalid value: "Memory": must be a standard resource for containers
        ^^^^^^ resource-name: spec.containers[0].resources.requests[Memory]: Invalid value: "Memory": must be a standard resource type or fully qualified
        ^^^^^^ resource-name: spec.containers[0].resources.requests[Memory]: Invalid value: "Memory": must be a standard resource for containers`],
    ['a label among others', `
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  labels:
    app: web
    owner: my team
           ^^^^^^^ label-value: metadata.labels: Invalid value: "my team": a valid label must be`],
    ['an upper-case name', `
apiVersion: v1
kind: ConfigMap
metadata:
  name: App_Settings
        ^^^^^^^^^^^^ object-name: metadata.name: Invalid value: "App_Settings": a lowercase RFC 1123 subdomain`],
    ['no name', `
apiVersion: v1
kind: ConfigMap
metadata:
^^^^^^^^ missing-name: error: error when retrieving current configuration of: Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap" Name: "", Namespace: "default" from server for: "pod.yaml": resource name may not be empty
  labels: {}`],
    ['no kind', `
apiVersion: v1
^^^^^^^^^^ no-kind: error: error validating "pod.yaml": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false
metadata:
  name: a`],
    ['a kind of another group', `
apiVersion: v1
            ^^ unknown-kind: no matches for kind "Deployment" in version "v1"
kind: Deployment
metadata:
  name: a`],
    ['metadata that kubectl cannot read', `
apiVersion: v1
kind: ConfigMap
metadata:
  name: yes
        ^^^ text-expected: error: unable to decode "pod.yaml": json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.name of type string`],
    ['a namespace that is not there hides all else', `
apiVersion: v1
kind: Pod
metadata:
  name: UPPER
  namespace: nowhere
             ^^^^^^^ no-namespace: namespaces "nowhere" not found
spec:
  containers: []`],
    ['a ServiceAccount that is not there', `
apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  serviceAccountName: builder
                      ^^^^^^^ no-service-account: pods "a" is forbidden: error looking up service account default/builder: serviceaccount "builder" not found
  containers:
  - name: a
    image: b`],
    ['a variable that hides another: a warning of the server', `${head}    env:
    - name: A
      value: "1"
    - name: A
      ^^^^ hidden-variable: Warning: spec.containers[0].env[1]: hides previous definition of "A"
      value: "2"`],
    ['an item of a List', `
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata:
    name: UPPER
          ^^^^^ object-name: metadata.name: Invalid value: "UPPER"`],
    ['a List is checked by kubectl itself', `
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
  spec:
    containers:
    - name: app
      imge: nginx
      ^^^^ unknown-field: error: error validating "pod.yaml": error validating data: ValidationError(Pod.spec.containers[0]): unknown field "imge" in io.k8s.api.core.v1.Container; if you choose`],
    ['an anchored value', `
apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers:
  - &c
    name: BAD
          ^^^ lowercase-name: spec.containers[0].name: Invalid value: "BAD"
    image: x`],
    ['documents after CRLF line breaks', 'apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\n---\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: B\r\n        ^ object-name: metadata.name: Invalid value: "B"'],
    ['nothing wrong', `${head}`],
    ['an empty text', ''],
  ])('%s', (_name, marked) => check(marked)); // prettier-ignore
});

test.each([
  ['a tab', `a:\n\tb: c\n`, 'yaml-tab', `a:\n  b: c\n`],
  ['a reserved character', 'image: @x\n', 'yaml-reserved-character', 'image: "@x"\n'],
  ['a colon in a value', 'a: b: c\n', 'yaml-colon-in-value', 'a: "b: c"\n'],
  ['a line too far left', 'a:\n  - b: c\n   d: e\n', 'yaml-indent', 'a:\n  - b: c\n    d: e\n'],
  ['a line too far right', 'a: b\n  c: d\n', 'yaml-indent', 'a: b\nc: d\n'],
  ['a missing colon', 'a:\n  b: c\n  volumes\n  - d\n', 'yaml-missing-colon', 'a:\n  b: c\n  volumes:\n  - d\n'],
  ['an equals sign', 'a: b\nc = d\n', 'yaml-missing-colon', 'a: b\nc: d\n'],
  ['a full-width colon', 'a: b\nc：d\n', 'yaml-missing-colon', 'a: b\nc: d\n'],
  ['an open quote', 'a: "b\n', 'yaml-unclosed-quote', 'a: "b"\n'],
  ['an open bracket', 'a: [b, c\n', 'yaml-unclosed-bracket', 'a: [b, c]\n'],
  ['a dash without a space', 'a:\n  -b: c\n    d: e\n', 'yaml-dash-space', 'a:\n  - b: c\n    d: e\n'],
  ['a long dash', 'a:\n  – b: c\n    d: e\n', 'yaml-long-dash', 'a:\n  - b: c\n    d: e\n'],
  ['a template', 'a: {{ b }}\n', 'yaml-template', 'a: "{{ b }}"\n'],
  ['an unknown escape', 'a: "\\d"\n', 'yaml-escape', "a: '\\d'\n"],
])('%s is mended', (_name, text, rule, mended) => {
  const [found] = diagnose(text, cluster);
  expect([found?.rule, found?.fix && apply(text, found.fix)]).toEqual([rule, mended]);
});

const pod = (rest: string): string => `${head}${rest}`;
const secret = (rest: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n${rest}`;
test.each([
  ['mount-without-volume', pod('    volumeMounts:\n    - name: x\n      mountPath: /a\n'), pod('    volumeMounts:\n    - name: x\n      mountPath: /a\n  volumes:\n  - name: x\n    emptyDir: {}\n')],
  ['mount-without-volume', pod('    volumeMounts:\n    - name: x1\n      mountPath: /a\n  volumes:\n  - name: x2\n'), pod('    volumeMounts:\n    - name: x2\n      mountPath: /a\n  volumes:\n  - name: x2\n')],
  ['octal-mode', pod('  volumes:\n  - name: c\n    secret:\n      secretName: admin-access\n      defaultMode: 644\n'), pod('  volumes:\n  - name: c\n    secret:\n      secretName: admin-access\n      defaultMode: 0644\n')],
  ['restart-policy', pod('  restartPolicy: never\n'), pod('  restartPolicy: Never\n')],
  ['text-expected', pod('    env:\n    - name: A\n      value: yes\n'), pod('    env:\n    - name: A\n      value: "yes"\n')],
  ['list-expected', pod('    command: sh\n'), pod('    command: ["sh"]\n')],
  ['list-expected', pod('    env:\n      name: A\n      value: b\n'), pod('    env:\n      - name: A\n        value: b\n')],
  ['base64-text', secret('data:\n  a: "%%"\n'), secret('data:\n  a: JSU=\n')],
  ['base64-text', secret('data:\n  a: |\n    %%\n  b: YQ==\n'), secret('data:\n  a: JSUK\n  b: YQ==\n')],
  ['base64-padding', secret('data:\n  a: YWRtaW4\n'), secret('data:\n  a: YWRtaW4=\n')],
  ['line-break', secret('stringData:\n  a: |\n    x\n'), secret('stringData:\n  a: |-\n    x\n')],
  ['quantity', pod('    resources:\n      limits:\n        memory: 64mb\n'), pod('    resources:\n      limits:\n        memory: 64M\n')],
  ['port-name', pod('    livenessProbe:\n      tcpSocket:\n        port: "80"\n'), pod('    livenessProbe:\n      tcpSocket:\n        port: 80\n')],
  ['object-name', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: DB_Login\n', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-login\n'],
  ['unknown-kind', 'apiVersion: v1\nkind: secret\nmetadata:\n  name: a\n', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n'],
])('%s is mended', (rule, text, mended) => {
  const found = diagnose(text, cluster).find((one) => one.rule === rule);
  expect(found?.fix && apply(text, found.fix)).toBe(mended);
}); // prettier-ignore

test('renaming a volume renames what mounts it', () => {
  const text = pod('    volumeMounts:\n    - name: Creds\n      mountPath: /a\n  volumes:\n  - name: Creds\n    emptyDir: {}\n');
  const found = diagnose(text, cluster).find((one) => one.rule === 'lowercase-name');
  expect(found?.fix && apply(text, found.fix)).toBe(text.replaceAll('Creds', 'creds'));
});

test('of a Pod that is there already, fields that cannot change are told', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-app', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    spec: { containers: [{ name: 'app', image: 'x', command: ['a'], resources: { limits: { cpu: '500m' } } }] },
  };
  const context = {
    ...cluster,
    lookup: (kind: string, ns: string, name: string) => (kind === 'Pod' ? live : cluster.lookup!(kind, ns, name)),
  };
  const rules = (text: string): (string | undefined)[] => diagnose(text, context).map((one) => one.rule);
  expect(rules(pod('    command: [a]\n    resources:\n      limits:\n        cpu: 0.5\n'))).toEqual([]);
  expect(rules(pod('    command: [b]\n'))).toEqual(['standing-pod']);
});

test('every finding has words in both languages, and a span with something in it', () => {
  const texts = [
    'a: {{ b }}\n',
    'a: &x [*x]\n',
    '\u0001',
    '{"a":1',
    '%YAML 1.2\n---\na: b\n',
    '----\n',
    '- a\n',
    '5',
    '{}',
    head.replace('alpine', '"'),
    secret('data: x\n'),
  ];
  for (const text of texts) {
    const found = diagnose(text, cluster);
    expect(found.length, text).toBeGreaterThan(0);
    for (const one of found) {
      expect(one.plain?.en && one.plain.zh, text).toBeTruthy();
      expect(one.span.end, text).toBeGreaterThan(one.span.start);
    }
  }
});

test('marks are read with their columns', () => {
  expect(read('a: b\n   ^ rule: words')).toEqual({ text: 'a: b', expected: ['1:3+1 rule: words'] });
});

test('of an object that kubectl create made, apply warns', () => {
  const [found] = diagnose('apiVersion: v1\nkind: Secret\nmetadata:\n  name: admin-access\n', cluster);
  expect([found?.severity, found?.source, found?.message.slice(0, 66)]).toEqual([
    'warning',
    'kubectl',
    'Warning: resource secrets/admin-access is missing the kubectl.kube',
  ]);
});
