import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/kube/api';
import { changesOf, podOf, withContainer, type Fields } from './pods';

const changed = (before: Fields, after: Fields, subresource?: string): string[] => changesOf(podOf(before), podOf(after), subresource);
const only =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const two = [
  { name: 'a', image: 'x' },
  { name: 'b', image: 'x' },
];

describe('a change of a pod', () => {
  it('may be of an image', () => expect(changesOf(withContainer({ image: 'a' }), withContainer({ image: 'b' }))).toEqual([]));

  it('may not take an image away', () => {
    expect(changesOf(withContainer({ image: 'a:1' }), withContainer({ image: '', imagePullPolicy: 'IfNotPresent' }))).toEqual([
      'spec.containers[0].image: Required value',
    ]);
  });

  it('may not add or remove containers', () => {
    expect(changed({ containers: two }, { containers: two.slice(1) })).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
    expect(changed({}, { initContainers: two })).toEqual(['spec.initContainers: Forbidden: pod updates may not add or remove containers']);
  });

  it('shows what else differs, as Go prints it', () => {
    const [error, ...others] = changesOf(withContainer({ command: ['a'] }), withContainer({ command: ['b'] }));
    expect(others).toEqual([]);
    expect(error).toContain(`spec: Forbidden: ${only}\n`);
    expect(error!.split('\n').filter((line) => /^[-+] /.test(line))).toEqual(['-    "a"', '+    "b"']);
  });

  it('may add tolerations, not change or drop them', () => {
    const [a, b] = [
      { key: 'a', operator: 'Exists' },
      { key: 'b', operator: 'Exists' },
    ];
    expect(changed({ tolerations: [a] }, { tolerations: [a, b] })).toEqual([]);
    expect(changed({ tolerations: [a] }, { tolerations: [{ ...a, effect: 'NoExecute', tolerationSeconds: 5 }] })).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
    expect(changed({ tolerations: [a, b] }, { tolerations: [a] })).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });

  it('may shorten a deadline only', () => {
    expect(changed({}, { activeDeadlineSeconds: 5 })).toEqual([]);
    expect(changed({ activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 4 })).toEqual([]);
    expect(changed({ activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 6 })).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value',
    ]);
    expect(changed({ activeDeadlineSeconds: 5 }, {})).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ]);
  });

  it('may take scheduling gates away, not add them', () => {
    expect(changed({ schedulingGates: [{ name: 'a' }, { name: 'b' }] }, { schedulingGates: [{ name: 'b' }] })).toEqual([]);
    expect(changed({ schedulingGates: [{ name: 'a' }] }, { schedulingGates: [{ name: 'a' }, { name: 'b' }] })).toEqual([
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
    ]);
  });

  it('of a gated pod may narrow its nodes', () => {
    const gates = { schedulingGates: [{ name: 'a' }] };
    expect(changed(gates, { ...gates, nodeSelector: { a: 'b' } })).toEqual([]);
    expect(changed({ ...gates, nodeSelector: { a: 'b' } }, { ...gates, nodeSelector: { a: 'c' } })).toEqual([
      'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]);
  });
});

describe('a change of a pod by a subresource', () => {
  const debug = (fields: Fields = {}): Fields => ({ ephemeralContainers: [{ name: 'dbg', image: 'x', ...fields }] });

  it('adds ephemeral containers', () => {
    expect(changed({}, debug(), 'ephemeralcontainers')).toEqual([]);
    expect(changed({}, debug({ name: 'app' }), 'ephemeralcontainers')).toEqual([
      'spec.ephemeralContainers[0].name: Duplicate value: "app"',
    ]);
    expect(changed({}, debug({ ports: [{ containerPort: 80 }] }), 'ephemeralcontainers')).toEqual([
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    ]);
    expect(changed({}, debug({ targetContainerName: 'x' }), 'ephemeralcontainers')).toEqual([
      'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
    ]);
  });

  it('keeps those that are there', () => {
    expect(changed(debug(), {}, 'ephemeralcontainers')).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be removed\n',
    ]);
    const [error] = changed(debug(), debug({ image: 'y' }), 'ephemeralcontainers');
    expect(error).toContain('spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be changed\n');
  });

  const sized = (resources: Fields, image = 'x'): Pod => withContainer({ resources, image });
  it('resizes', () => {
    expect(changesOf(sized({ requests: { cpu: '1' } }), sized({ requests: { cpu: '2' } }), 'resize')).toEqual([]);
    expect(changesOf(sized({ requests: { cpu: '1' } }), sized({ requests: { cpu: '1' } }, 'y'), 'resize')).toEqual([
      'spec: Forbidden: only cpu and memory resources are mutable',
    ]);
    expect(changesOf(sized({ requests: { cpu: '1', memory: '1Mi' } }), sized({ requests: { cpu: '1' } }), 'resize')).toEqual([
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ]);
    const [before, after] = [sized({}), sized({ requests: { cpu: '1' } })];
    for (const pod of [before, after]) pod.status = { qosClass: 'BestEffort' };
    expect(changesOf(before, after, 'resize')).toEqual([
      'spec: Invalid value: "BestEffort": Pod QOS Class may not change as a result of resizing',
    ]);
  });

  it('tells of a status that cannot be', () => {
    const [before, after] = [podOf({ restartPolicy: 'Never' }), podOf({ restartPolicy: 'Never' })];
    const status = { name: 'app', image: 'x', imageID: '', ready: false, restartCount: 0 };
    before.status = { containerStatuses: [{ ...status, state: { terminated: { exitCode: 1 } } }] } as unknown as Pod['status'];
    after.status = { containerStatuses: [{ ...status, state: { running: {} } }] } as unknown as Pod['status'];
    expect(changesOf(before, after, 'status')).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
    after.status = { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] } as unknown as Pod['status'];
    expect(changesOf(podOf(), after, 'status')).toEqual([
      'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ]);
  });
});
