import { Pod, type IPod } from 'kubernetes-models/v1';
import { bench, describe } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { diagnose, readManifest } from '../src/manifest';
import { monacoYaml } from './monaco-yaml';

const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels:
    app: web
spec:
  restartPolicy: Never
  containers:
  - name: app
    image: alpine:3.8
    command: ["sh", "-c", "cd /etc/foo && grep . *"]
    env:
    - name: ADMIN_NAME
      valueFrom:
        secretKeyRef:
          name: admin-access
          key: username.txt
    volumeMounts:
    - name: credentials
      mountPath: /etc/foo
      readOnly: true
  volumes:
  - name: credentials
    secret:
      secretName: admin-access
      defaultMode: 0440
`;
const one = pod('secret-pod');
const many = Array.from({ length: 180 }, (_, i) => pod(`secret-pod-${i}`)).join('---\n');
/** The least that any other checker does first: YAML to values, with the package that keeps positions. */
const parsed = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

/** What editors do: the same, then ajv's compiled schemas of the Kubernetes types, which know of no rule beyond shapes. */
const checked = (text: string): void => {
  for (const value of parsed(text) as IPod[]) new Pod(value).validate();
};

const validate = await monacoYaml();
// what is timed must be a check: a text where there is a list
const [wrong] = await validate(one.replace('["sh", ', '"sh" # '));
if (!wrong?.message.includes('array')) throw new Error(`monaco-yaml says: ${wrong?.message ?? 'nothing'}`);

describe('one manifest of 28 lines', () => {
  bench('found wrong and explained', () => void diagnose(one));
  bench('read', () => void readManifest(one));
  bench('parsed by the package yaml', () => void parsed(one));
  bench('parsed by the package yaml, checked by ajv', () => checked(one));
  bench('checked by monaco-yaml', async () => void (await validate(one)));
});

describe('5,040 lines in 180 documents', () => {
  bench('found wrong and explained', () => void diagnose(many));
  bench('read', () => void readManifest(many));
  bench('parsed by the package yaml', () => void parsed(many));
  bench('parsed by the package yaml, checked by ajv', () => checked(many));
  bench('checked by monaco-yaml', async () => void (await validate(many)));
});
