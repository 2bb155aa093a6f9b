import { expect, test } from '@playwright/test';
import { Shell } from './shell';

test('exercise 1: two files become a Secret, which a Pod reads', async ({ page }) => {
  const shell = await Shell.open(page);
  expect(await shell.run('echo -n admin > ./username.txt; echo -n 1f2d1e2e67df > ./password.txt')).toBe('');
  expect(await shell.run('kubectl create secret generic admin-access --from-file=./username.txt --from-file=./password.txt')).toBe(
    'secret/admin-access created',
  );
  expect(await shell.run('kubectl get secrets')).toMatch(/^NAME {11}TYPE {5}DATA {3}AGE\nadmin-access {3}Opaque {3}2 {6}\d+s$/);

  const yaml = await shell.run('kubectl get secret admin-access -o yaml');
  expect(yaml).toMatch(/^apiVersion: v1\ndata:\n {2}password.txt: MWYyZDFlMmU2N2Rm\n {2}username.txt: YWRtaW4=\nkind: Secret\nmetadata:\n/);
  expect(yaml).toMatch(/\ntype: Opaque$/);
  expect(await shell.run('kubectl describe secret admin-access')).toBe(
    [
      'Name:         admin-access',
      'Namespace:    default',
      'Labels:       <none>',
      'Annotations:  <none>',
      '',
      'Type:  Opaque',
      '',
      'Data',
      '====',
      'password.txt:  12 bytes',
      'username.txt:  5 bytes',
    ].join('\n'),
  );
  expect(await shell.run("kubectl get secret admin-access -o jsonpath='{.data.password\\.txt}' | base64 --decode")).toBe('1f2d1e2e67df');

  expect(await shell.run('kubectl apply -f secret-pod.yaml')).toBe('pod/secret-pod created');
  await shell.start('kubectl get pod -w');
  await expect.poll(() => shell.text()).toMatch(/secret-pod +0\/1 +Completed +0 +\d+s/);
  await page.keyboard.press('Control+c');
  await shell.waitForPrompt();
  expect(await shell.run('kubectl get pod -o wide')).toMatch(
    /^NAME .*READINESS GATES\nsecret-pod {3}0\/1 {5}Completed {3}0 {10}\d+s {4,5}10\.244\.0\.\d+ {3,}k8s-minion1 {3}<none> {11}<none>$/,
  );
  const described = await shell.run('kubectl describe pod secret-pod');
  expect(described).toContain('      /etc/foo from credentials (ro)');
  expect(described).toContain('    SecretName:  admin-access');
  expect(described).toMatch(
    /Normal {2}Started {4}\d+s {2,}kubelet {12}(spec\.containers\{secret-container\}: )?Container started|Started container secret-container/,
  );
  const podYaml = await shell.run('kubectl get pod secret-pod -o yaml');
  expect(podYaml).toContain('\n      defaultMode: 288\n      secretName: admin-access');
  expect(podYaml).toContain('\n      readOnly: true');
  expect(await shell.run('kubectl logs secret-pod')).toBe('admin1f2d1e2e67df');

  expect(await shell.run('kubectl delete pod secret-pod')).toBe('pod "secret-pod" deleted from default namespace');
  expect(await shell.run('kubectl delete secret admin-access')).toBe('secret "admin-access" deleted from default namespace');
  expect(await shell.run('kubectl get pods,secrets')).toBe('No resources found in default namespace.');
});
