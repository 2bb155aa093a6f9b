import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type Box } from './boot';

let box: Box;
beforeAll(async () => (box = await boot({ bare: true })), 60_000);
afterAll(() => box.close());

it('restarts back off from 10 s to 5 min, and anew after a run of more than 10 min', async () => {
  const script = 'n=$(cat /d/n 2> /dev/null || echo 0); echo $((n+1)) > /d/n; [ $n = 7 ] && sleep 700; exit 1';
  await box.file(
    'loop.yaml',
    `apiVersion: v1\nkind: Pod\nmetadata: {name: loop}\nspec:\n  volumes: [{name: d, emptyDir: {}}]\n  containers:\n  - {name: main, image: 'alpine:3.8', command: [sh, -c, '${script}'], volumeMounts: [{name: d, mountPath: /d}]}\n`,
  );
  await box.run('kubectl apply -f loop.yaml');
  const { stdout } = await box.run(
    `timeout 1460 kubectl get pod loop -w -o jsonpath='{.status.containerStatuses[0].state.waiting.message}{"\\n"}' | grep back-off`,
  );
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^back-off 10s restarting failed container=main pod=loop_default\([0-9a-f-]{36}\)$/);
  const delays = lines.map((line) => line.split(' ')[1]);
  expect(delays.filter((delay, i) => delay !== delays[i - 1]).slice(0, 8)).toEqual([
    '10s',
    '20s',
    '40s',
    '1m20s',
    '2m40s',
    '5m0s',
    '10s',
    '20s',
  ]);
  expect(box.faults).toEqual([]);
});

it('in a long back-off the pod is looked at as often as any other, and told of each time', async () => {
  await box.run('kubectl run long --image=alpine:3.8 -- false; sleep 480');
  const told = async (): Promise<number> =>
    Number(await box.text(`kubectl get events --field-selector involvedObject.name=long,reason=BackOff -o jsonpath='{.items[0].count}'`));
  const before = await told();
  await box.run('sleep 180');
  expect(await told()).toBeGreaterThanOrEqual(before + 2);
});
