import { expect, test } from 'vitest';
import type { Ran } from './fake-process';
import { session } from './session';

/** Edits a Secret with an editor that changes the file's text; gives what it saw too. */
async function edit(...changes: ((text: string) => string)[]): Promise<Ran & { seen: string[]; data: string }> {
  const s = await session();
  await s.run('kubectl create secret generic login --type=Opaque --from-literal=pass=one');
  s.files.write('/usr/bin/ed', '');
  const seen: string[] = [];
  const ran = await s.run('kubectl edit secret login', {
    env: { KUBE_EDITOR: 'ed' },
    spawn: async (_path, argv) => {
      const file = argv[1]!;
      seen.push(s.files.text(file));
      s.files.write(file, changes[Math.min(seen.length, changes.length) - 1]!(s.files.text(file)));
      return 0;
    },
  });
  const { stdout } = await s.run("kubectl get secret login -o jsonpath='{.data.pass}'");
  return { ...ran, stderr: ran.stderr.replace(/kubectl-edit-\d+/, 'kubectl-edit-N'), seen, data: stdout };
}

const same = (text: string): string => text;
const cancelled =
  'error: secrets "login" is invalid\nA copy of your changes has been stored to "/tmp/kubectl-edit-N.yaml"\nerror: Edit cancelled, no valid changes were saved.\n';

test('a change is saved', async () => {
  const ran = await edit((text) => text.replace(/pass: .*/, 'pass: dHdv'));
  expect(ran).toMatchObject({ stdout: 'secret/login edited\n', stderr: '', code: 0, data: 'dHdv' });
});

test('an unchanged file cancels', async () => {
  const ran = await edit(same);
  expect(ran).toMatchObject({ stdout: '', stderr: 'Edit cancelled, no changes made.\n', code: 0 });
  expect(ran.seen[0]).toMatch(/^# Please edit the object below\. Lines beginning with a '#' will be ignored,\n.*\n.*\n#\napiVersion: v1\n/);
});

test('a file that cannot be read is opened again with the reason', async () => {
  const ran = await edit((text) => text.replace('data:', 'data'), same);
  expect(ran.seen[1]).toContain(
    '# secrets "login" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": yaml: line',
  );
  expect(ran).toMatchObject({ stdout: '', stderr: cancelled, code: 1, data: 'b25l' });
});

test('an emptied file is no valid change', async () => {
  expect(await edit(() => '')).toMatchObject({ stderr: cancelled, code: 1 });
});

test('a new name is refused', async () => {
  expect(await edit((text) => text.replace('name: login', 'name: other'))).toMatchObject({
    stderr:
      'A copy of your changes has been stored to "/tmp/kubectl-edit-N.yaml"\nerror: At least one of apiVersion, kind and name was changed\n',
    code: 1,
  });
});
