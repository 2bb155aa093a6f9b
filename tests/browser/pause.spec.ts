import { expect, test } from '@playwright/test';
import { prompt, Shell } from './shell';

test('exercise 2: pause on the node, by hand, and in namespaces', async ({ page }) => {
  const shell = await Shell.open(page);
  const containers = (await shell.until('docker ps | grep pause', /\/pause/)).split('\n');
  expect(containers.length).toBeGreaterThanOrEqual(2);
  for (const line of containers) expect(line).toMatch(/^[0-9a-f]{12} .*"\/pause".* Up .*k8s_POD_.*_kube-system_/);

  const dockerfile = await shell.run('cat Dockerfile');
  expect(dockerfile).toMatch(/^FROM scratch$/m);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["\/pause"\]$/m);
  expect(await shell.run('cat pause.c')).toContain('sigaction(SIGCHLD');

  expect(await shell.run('/pause -v')).toMatch(/^pause.c v3\.10$/);
  await shell.start('/pause &');
  await expect.poll(() => shell.text()).toMatch(/^\[1\] \d+$/m);
  await expect.poll(() => shell.text()).toContain('Warning: pause should be the first process');
  expect(await shell.run('kill -TERM $!; wait $!; echo $?')).toMatch(
    /Shutting down, got signal: Terminated\n(.*Done.*\/pause\n)?0(\n.*Done.*\/pause)?$/,
  );

  await shell.start('unshare --pid --fork --mount-proc bash');
  await shell.waitForPrompt();
  expect(await shell.run('ps')).toMatch(/^ {4}PID TTY {10}TIME CMD\n {6}1 pts\/\d+ {4}00:00:00 bash\n +\d+ pts\/\d+ {4}00:00:00 ps$/);
  await page.keyboard.type('exit\n');
  await shell.waitForPrompt();
  expect(await shell.run('ps')).not.toMatch(/^ {6}1 pts/m);
});

test('exercise 2: pause is PID 1 of a Pod that shares its PID namespace, buries orphans, and ends the sandbox', async ({ page }) => {
  const shell = await Shell.open(page);
  expect(await shell.run('kubectl apply -f shared-pid.yaml')).toBe('pod/shared created');
  await shell.until('kubectl get pod shared', /shared {3}(\d)\/\1 {5}Running {3}0/, 60_000);
  expect(await shell.run('kubectl exec shared -- ps')).toMatch(/^PID {3}USER {5}TIME {2}COMMAND\n {4}1 65535 {5}0:00 \/pause\n/m);

  const ps = 'kubectl exec shared -- ps -o pid,ppid,stat,args';
  const orphan = await shell.run(`kubectl exec shared -- sh -c 'sleep 3 >/dev/null 2>&1 & echo started $!'; ${ps}`);
  const pid = /^started (\d+)$/m.exec(orphan)?.[1];
  expect(pid).toBeDefined();
  expect(orphan).toMatch(new RegExp(`^ +${pid} +1 S +sleep 3$`, 'm'));
  await expect.poll(() => shell.run(ps), { timeout: 20_000 }).not.toMatch(new RegExp(`^ +${pid} `, 'm'));
  expect(await shell.run(ps)).toMatch(/^PID {3}PPID {2}STAT COMMAND\n {4}1 {5}0 S {4}\/pause$/m);

  expect(await shell.run('kubectl exec shared -- kill -KILL 1')).toBe('');
  expect(await shell.run('kubectl exec shared -- ps')).toContain('/pause');
  await shell.run('kubectl exec shared -- kill -TERM 1');
  await shell.until('kubectl get pod shared', /shared +(\d)\/\1 +Running +[1-9]\d* \(\d+s ago\)/, 60_000);
  expect(await shell.run('kubectl describe pod shared')).toContain('SandboxChanged');
  expect(await shell.run('kubectl exec shared -- ps')).toMatch(/^ {4}1 65535 {5}0:00 \/pause$/m);
});

test('exercise 2: in an ordinary Pod an orphan stays a zombie', async ({ page }) => {
  const shell = await Shell.open(page);
  expect(await shell.run('kubectl apply -f plain-pod.yaml')).toBe('pod/plain created');
  await shell.until('kubectl get pod plain', /plain {3,}1\/1 {5}Running/, 60_000);
  const orphan = await shell.run("kubectl exec plain -- sh -c 'sleep 1 >/dev/null 2>&1 & echo started $!'");
  const pid = /^started (\d+)$/m.exec(orphan)?.[1];
  expect(pid).toBeDefined();
  await shell.until('kubectl exec plain -- ps -o pid,ppid,stat,args', new RegExp(`^ +${pid} +1 Z +\\[sleep\\]$`, 'm'));
  expect(await shell.text()).toContain(prompt);
});
