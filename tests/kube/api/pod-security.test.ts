import { describe, expect, test } from 'vitest';
import { levelText, podSecurityViolations, policyOf, violationsText, type LevelVersion } from '../../../src/kube/api';
import type { PodSpec } from '../../../src/kube/api/types';

const latest = (level: LevelVersion['level']): LevelVersion => ({ level, minor: 'latest' });
const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const said = (level: LevelVersion, spec: object, annotations?: Record<string, string>): string =>
  violationsText(podSecurityViolations(level, { annotations }, spec as PodSpec));
const one = (container: object, rest: object = {}): object => ({ containers: [{ name: 'c', ...container }], ...rest });

describe('a pod is held to the level', () => {
  test.each<[level: LevelVersion['level'], spec: object, text: string]>([
    ['privileged', one({ securityContext: { privileged: true } }), ''],
    ['baseline', one({}), ''],
    ['restricted', one({ securityContext: hardened }), ''],
    [
      'restricted',
      one({}),
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    ['baseline', one({ securityContext: { privileged: true } }), 'privileged (container "c" must not set securityContext.privileged=true)'],
    ['baseline', one({}, { hostPID: true, hostNetwork: true }), 'host namespaces (hostNetwork, hostPID)'],
    ['baseline', one({}, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }), 'hostPath volumes (volume "v")'],
    [
      'restricted',
      one(
        { securityContext: hardened },
        {
          volumes: [
            { name: 'v', hostPath: { path: '/' } },
            { name: 'w', nfs: {} },
          ],
        },
      ),
      'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'baseline',
      one({ securityContext: { capabilities: { add: ['NET_ADMIN', 'CHOWN', 'SYS_TIME'] } } }),
      'non-default capabilities (container "c" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
    ],
    ['baseline', one({ ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort (container "c" uses hostPort 80)'],
    [
      'baseline',
      one({ livenessProbe: { httpGet: { host: 'example.com', port: 80 } } }),
      'probe or lifecycle host (container "c" uses probe or lifecycle host "example.com")',
    ],
    ['baseline', one({}, { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }), 'forbidden sysctls (kernel.msgmax)'],
    [
      'baseline',
      one({ securityContext: { seLinuxOptions: { type: 'foo', user: 'u' } } }),
      'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "foo"; user may not be set)',
    ],
    [
      'baseline',
      one({}, { securityContext: { seccompProfile: { type: 'Unconfined' } } }),
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'restricted',
      one({ securityContext: { ...hardened, runAsUser: 0 } }, { securityContext: { runAsUser: 0 } }),
      'runAsUser=0 (pod and container "c" must not set runAsUser=0)',
    ],
    [
      'restricted',
      one({ securityContext: { ...hardened, runAsNonRoot: false } }),
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    ],
  ])('%s %j', (level, spec, text) => {
    expect(said(latest(level), spec)).toBe(text);
  });

  test('init and ephemeral containers count, in this order with the main ones', () => {
    const spec = { initContainers: [{ name: 'i' }], containers: [{ name: 'c' }], ephemeralContainers: [{ name: 'e' }] };
    expect(said(latest('restricted'), spec)).toContain('containers "i", "c", "e" must set securityContext.allowPrivilegeEscalation=false');
  });

  test('an AppArmor annotation counts as the field does', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' };
    expect(said(latest('baseline'), one({}), annotations)).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c="unconfined"")',
    );
  });
});

test('an old version of a level asks what it asked then', () => {
  expect(said({ level: 'restricted', minor: 7 }, one({}))).toBe(
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
  );
  const probe = one({ livenessProbe: { tcpSocket: { host: 'x', port: 80 } } });
  expect(said({ level: 'baseline', minor: 33 }, probe)).toBe('');
  expect(said({ level: 'baseline', minor: 34 }, probe)).not.toBe('');
});

test.each([
  [{}, 'privileged:latest privileged:latest'],
  [{ enforce: 'baseline' }, 'baseline:latest baseline:latest'],
  [{ enforce: 'baseline', 'enforce-version': 'v1.30' }, 'baseline:v1.30 baseline:v1.30'],
  [{ enforce: 'baseline', warn: 'restricted' }, 'baseline:latest restricted:latest'],
  [{ enforce: 'restricted', warn: 'baseline' }, 'restricted:latest baseline:latest'],
])('labels %j enforce and warn by %s', (labels, text) => {
  const prefixed = Object.fromEntries(Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]));
  const policy = policyOf(prefixed);
  expect(`${levelText(policy.enforce)} ${levelText(policy.warn)}`).toBe(text);
});
