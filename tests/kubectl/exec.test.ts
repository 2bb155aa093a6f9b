import { expect, test } from 'vitest';
import type { Channel, HttpRequest } from '../../src/kube/api';
import { session, type Session } from './session';

/** A remote command: gets its standard input whole, answers with messages. */
type Remote = (request: HttpRequest, stdin: string) => (readonly [number, string])[];

function channelTo(request: HttpRequest, remote: Remote): Channel {
  let input = '';
  let listener: (channel: number, bytes: Uint8Array) => void = () => undefined;
  let closed: () => void = () => undefined;
  const answer = (): void => {
    for (const [channel, text] of remote(request, input)) listener(channel, new TextEncoder().encode(text));
    closed();
  };
  const wantsInput = request.path.includes('stdin=true');
  if (!wantsInput) setTimeout(answer, 0);
  return {
    send: (_, bytes) => void (input += new TextDecoder().decode(bytes)),
    closeSend: () => void setTimeout(answer, 0),
    onMessage: (callback) => void (listener = callback),
    onClose: (callback) => {
      const before = closed;
      closed = () => {
        before();
        callback();
      };
    },
    close: () => undefined,
  };
}

const success = JSON.stringify({ kind: 'Status', status: 'Success' });
const exitCode = (code: number) =>
  JSON.stringify({
    kind: 'Status',
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  });

async function withRemote(remote: Remote): Promise<Session> {
  const s = await session(async (request, next) => {
    if (!/\/(exec|attach)\?/.test(request.path)) return next(request);
    return { status: 101, headers: {}, body: '', channel: channelTo(request, remote) };
  });
  s.files.write(
    '/root/pod.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: a}, {name: side, image: b}]}\n',
  );
  await s.run('kubectl create -f pod.yaml');
  return s;
}

test('exec prints both streams and says which container it took', async () => {
  const s = await withRemote(() => [
    [1, 'out\n'],
    [2, 'err\n'],
    [3, success],
  ]);
  expect(await s.run('kubectl exec web -- ls')).toEqual({
    stdout: 'out\n',
    stderr: 'Defaulted container "app" out of: app, side\nerr\n',
    code: 0,
  });
});

test("the command's exit status is kubectl's", async () => {
  const s = await withRemote(() => [[3, exitCode(7)]]);
  expect(await s.run('kubectl exec web -c side -- false')).toEqual({
    stdout: '',
    stderr: 'command terminated with exit code 7\n',
    code: 7,
  });
});

test('exec -i carries standard input to its end', async () => {
  const s = await withRemote((_, stdin) => [
    [1, stdin.toUpperCase()],
    [3, success],
  ]);
  expect(await s.run('kubectl exec -i web -c app -- cat', { stdin: 'line one\n' })).toMatchObject({ stdout: 'LINE ONE\n', code: 0 });
});

test('the request names command, container and streams', async () => {
  let path = '';
  const s = await withRemote((request) => {
    path = request.path;
    return [[3, success]];
  });
  await s.run("kubectl exec web -c app -- sh -c 'echo a b'");
  expect(path).toBe(
    '/api/v1/namespaces/default/pods/web/exec?command=sh&command=-c&command=echo+a+b&container=app&stdout=true&stderr=true',
  );
});

test('-t without a terminal is refused, and goes on without', async () => {
  const s = await withRemote(() => [
    [1, 'x\n'],
    [3, success],
  ]);
  expect(await s.run('kubectl exec -it web -c app -- sh', { stdin: '' })).toMatchObject({
    stdout: 'x\n',
    stderr: 'Unable to use a TTY - input is not a terminal or the right kind of file\n',
  });
});

test('a container that the pod has not', async () => {
  const s = await withRemote(() => []);
  expect(await s.run('kubectl exec web -c nosuch -- ls')).toEqual({
    stdout: '',
    stderr: 'error: container nosuch is not valid for pod web out of: app, side\n',
    code: 1,
  });
});
