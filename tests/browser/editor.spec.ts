import { expect, test } from '@playwright/test';
import { Code } from './code';
import { Shell } from './shell';

const pod = (lines: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\n${lines}\n`;
const container = '  containers:\n  - name: main\n    image: alpine:3.8';
const secret = (lines: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: demo\n${lines}\n`;

test.describe('a file is the same in the editor and in the shell', () => {
  test('what is typed can be read in the shell', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# typed here: é, 中文');
    await expect(code.pane.getByText('Same file as in the shell')).toBeVisible();
    await shell.focus();
    expect(await shell.run('tail -n 1 secret-pod.yaml')).toBe('# typed here: é, 中文');
  });

  test('what the shell writes is seen, and undo in the editor brings the old text back to the shell', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await shell.focus();
    await shell.run("sed -i 's/restartPolicy: Never/restartPolicy: Always/' secret-pod.yaml");
    await expect.poll(() => code.text()).toContain('restartPolicy: Always');
    await code.focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => code.text()).toContain('restartPolicy: Never');
    await expect(code.pane.getByText('Same file as in the shell')).toBeVisible();
    await shell.focus();
    expect(await shell.run('grep restartPolicy secret-pod.yaml')).toBe('  restartPolicy: Never');
  });

  test('each file has its own undo, kept while another is shown', async ({ page }) => {
    await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('#1');
    await code.open('secret-env-pod.yaml');
    await code.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('#2');
    await code.open('secret-pod.yaml');
    await code.focus();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await code.lines())[0]).toBe('apiVersion: v1');
    await code.open('secret-env-pod.yaml');
    expect((await code.lines())[0]).toBe('#2apiVersion: v1');
  });

  test('a conflict can be compared and settled either way', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    const conflict = code.pane.getByRole('alert').filter({ hasText: 'The shell changed this file while you were typing.' });

    const disagree = async (word: string): Promise<void> => {
      await shell.focus();
      await shell.start(`sleep 1.5; echo '# ${word}' > secret-pod.yaml`);
      await code.focus();
      await page.keyboard.press('Control+Home');
      // typing goes on while the shell writes
      await page.keyboard.type('#'.repeat(60), { delay: 60 });
      await expect(conflict).toBeVisible();
    };
    await disagree('theirs');
    await expect(code.pane.getByRole('button', { name: 'Apply' })).toBeDisabled();
    await conflict.getByRole('button', { name: 'Compare' }).click();
    await expect(code.pane.locator('.monaco-diff-editor')).toContainText('theirs');
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await expect(conflict).toBeHidden();
    await shell.focus();
    await shell.waitForPrompt();
    expect(await shell.run('head -c 3 secret-pod.yaml')).toBe('###');

    await disagree('again theirs');
    await conflict.getByRole('button', { name: 'Take the shell’s' }).click();
    await expect(conflict).toBeHidden();
    await expect.poll(() => code.text()).toBe('# again theirs');
  });

  test('a file that the shell deletes stays here and can be written again', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await shell.focus();
    await shell.run('rm secret-pod.yaml');
    const gone = code.pane.getByRole('alert').filter({ hasText: 'The shell deleted this file.' });
    await gone.getByRole('button', { name: 'Write it again' }).click();
    await expect(gone).toBeHidden();
    await shell.focus();
    expect(await shell.run('head -n 2 secret-pod.yaml')).toBe('apiVersion: v1\nkind: Pod');
  });

  test('files are made, renamed, opened and deleted', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    const dialog = page.getByRole('dialog');
    await code.pane.getByRole('button', { name: 'New file' }).click();
    await expect(dialog.getByLabel('Name')).toBeFocused();
    await page.keyboard.type('secret-pod.yaml\n');
    await expect(dialog.getByRole('alert')).toHaveText('There is a file of this name already.');
    await dialog.getByLabel('Name').fill('my notes.txt');
    await page.keyboard.press('Enter');
    await expect(code.tab('my notes.txt')).toHaveAttribute('aria-selected', 'true');
    await code.replace('zero\n');
    await code.replace('first\nsecond\n');

    await code.pane.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await dialog.getByLabel('Name').fill('notes.txt');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await expect(code.tab('notes.txt')).toHaveAttribute('aria-selected', 'true');
    // a new name is no new text: what was typed under the old one can be undone, and done again
    await code.focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => code.text()).toBe('zero');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => code.text()).toBe('first\nsecond');
    await expect(code.pane.getByText('Same file as in the shell')).toBeVisible();
    await shell.focus();
    expect(await shell.run('cat "my notes.txt"; cat notes.txt')).toBe("cat: 'my notes.txt': No such file or directory\nfirst\nsecond");
    await shell.run('echo made elsewhere > other.txt');
    await code.pane.getByRole('button', { name: 'Open a file' }).click();
    await page.getByRole('menuitem', { name: 'other.txt' }).click();
    await expect.poll(() => code.text()).toBe('made elsewhere');

    await code.pane.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(code.tab('other.txt')).toBeHidden();
    await shell.focus();
    expect(await shell.run('ls other.txt; echo $?')).toContain('No such file or directory\n2');
  });

  test('files that are no text, or too large, are said to be', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await shell.focus();
    await shell.run("printf 'a\\0b' > some.bin; head -c 3000000 /dev/zero | tr '\\0' a > large.txt");
    for (const [name, said] of [
      ['some.bin', 'This file is not text. Use xxd in the terminal.'],
      ['large.txt', 'This file has 2.9 MiB, too much for the editor. Use less in the terminal.'],
    ] as const) {
      await code.pane.getByRole('button', { name: 'Open a file' }).click();
      await page.getByRole('menuitem', { name }).click();
      await expect(code.pane.getByText(said)).toBeVisible();
      await expect(code.pane.locator('.monaco-editor').first()).toBeHidden();
    }
    await code.open('secret-pod.yaml');
    await expect.poll(() => code.text()).toContain('kind: Pod');
  });

  test('a reload keeps the text and the tab', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.open('secret-env-pod.yaml');
    await code.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# kept\n');
    await page.waitForTimeout(2500);
    await expect(page.getByText('Saved in this browser')).toBeVisible();
    await page.reload();
    await shell.waitForPrompt();
    await code.ready();
    await expect(code.tab('secret-env-pod.yaml')).toHaveAttribute('aria-selected', 'true');
    await expect.poll(async () => (await code.lines())[0]).toBe('# kept');
  });
});

/** What is wrong, and words that the message must have; the rest is compared with what the terminal prints. */
const broken: readonly (readonly [rule: string, text: string, words: string])[] = [
  ['a field that there is none of', pod(`spec:\n  restartpolicy: Never\n${container}`), 'unknown field "spec.restartpolicy"'],
  ['a list where there is a text', pod(`spec:\n  restartPolicy: [Never]\n${container}`), 'cannot unmarshal array'],
  ['data that is no base64', secret('data:\n  password: not base64!'), 'illegal base64 data at input byte 3'],
  ['upper-case letters in a name', pod(`spec:\n${container}`).replace('name: demo', 'name: Demo'), 'a lowercase RFC 1123 subdomain'],
  [
    'a mount of no volume',
    pod(`spec:\n${container}\n    volumeMounts:\n    - name: creds\n      mountPath: /etc/creds`),
    'spec.containers[0].volumeMounts[0].name: Not found: "creds"',
  ],
];

test.describe('the editor says what the API server would say', () => {
  for (const [rule, text, words] of broken) {
    test(`${rule}: the same words in the editor and, applied, in the terminal`, async ({ page }) => {
      const shell = await Shell.open(page, 1200);
      const code = new Code(page);
      await code.ready();
      await code.replace(text);
      const said = await code.problem();
      expect(said).toContain(words);
      await expect(code.tab('secret-pod.yaml')).toHaveAccessibleName(/secret-pod\.yaml, 1 problem/);
      await code.pane.getByRole('button', { name: 'Apply' }).click();
      await expect.poll(() => shell.text()).toContain('kubectl apply -f secret-pod.yaml\n');
      await shell.waitForPrompt();
      // long lines go on in the next row
      expect((await shell.rows()).slice(1, -1).join('')).toContain(said);
    });
  }

  test('a fix mends the file by Alt-Enter and by its button, undo takes it back, Apply succeeds', async ({ page }) => {
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.replace(pod(`spec:\n  restartpolicy: Never\n${container}`));
    const squiggle = code.pane.locator('.squiggly-error');
    await code.problem();
    await page.keyboard.press('Alt+Enter');
    await expect.poll(() => code.text()).toContain('  restartPolicy: Never');
    await expect(squiggle).toHaveCount(0);
    await expect(code.card).toBeHidden();
    await page.keyboard.press('Control+z');
    await expect.poll(() => code.text()).toContain('  restartpolicy: Never');
    await code.problem();
    await code.card.getByRole('button', { name: /restartPolicy/ }).click();
    await expect(squiggle).toHaveCount(0);
    await page.keyboard.press('Control+s');
    await expect.poll(() => shell.text()).toContain('pod/demo created');
    await expect(code.pane.getByText('Applied. The cluster has this version.')).toBeVisible();
  });

  test('F8 and the count of problems go to the errors first, then to what is mere advice', async ({ page }) => {
    await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    // that there is no such Secret yet is a remark, above the error
    await code.replace(
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n  volumes:\n  - name: v\n    secret:\n      secretName: absent\n  containers:\n  - name: main\n    image: alpine:3.8\n    bogus: []\n`,
    );
    await expect(code.tab('secret-pod.yaml')).toHaveAccessibleName(/1 problem/);
    await code.focus();
    await page.keyboard.press('Control+Home');
    for (let line = 1; line < 9; line++) await page.keyboard.press('ArrowDown');
    // the caret is on the line of the remark: its card says that there is an error elsewhere
    await expect(code.card).toContainText('1 error elsewhere');
    await page.keyboard.press('F8');
    await expect(code.card).toContainText('unknown field "spec.containers[0].bogus"');
    await page.keyboard.press('F8');
    await expect(code.card).toContainText('absent');
    await page.keyboard.press('F8');
    await expect(code.card).toContainText('bogus');
    await page.keyboard.press('Control+Home');
    await expect(code.card).toBeHidden();
    await code.pane.getByRole('button', { name: /^1 problem, 1 remark/ }).click();
    await expect(code.card).toContainText('bogus');
  });

  for (const [locale, apply, refused, notApplied, gone] of [
    ['en-US', 'Apply', 'The server said no. Its words:', 'Not applied.', 'Changed since it was applied.'],
    ['zh-CN', '应用', '服务器拒绝了，原话是：', '没有应用。', '应用之后又改过。'],
  ] as const) {
    test.describe(locale, () => {
      test.use({ locale });
      test('Apply shows what the server answers, not that it was asked', async ({ page }) => {
        const shell = await Shell.open(page, 1200);
        const pane = page.locator('[data-name=editor]');
        await expect(pane.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 60_000 });
        const applied = pane.getByText(/^(Applied\. The cluster has this version\.|已应用，集群里就是这个版本。)$/);
        const type = async (line: string): Promise<void> => {
          await page.locator('.xterm-helper-textarea').focus();
          await page.keyboard.type(`${line}\n`);
          await shell.waitForPrompt();
        };
        const button = pane.getByRole('button', { name: new RegExp(`^${apply}`) });
        // typed in the shell it counts as well
        await type('kubectl apply -f secret-pod.yaml');
        await expect(applied).toBeVisible();
        // what may not be changed is known to the server alone
        await type('sed -i s/Never/Always/ secret-pod.yaml');
        await expect(pane.getByText(gone)).toBeVisible();
        await button.click();
        const alert = pane.getByRole('alert').filter({ hasText: refused });
        await expect(alert).toContainText('The Pod "secret-pod" is invalid: spec: Forbidden: pod updates may not change fields other than');
        await expect(pane.getByText(notApplied)).toBeVisible();
        await expect(applied).toHaveCount(0);
        // what the editor knows to be wrong it shows at its place
        await type("sed -i 's/Always/Never/; s/^  name: secret-pod/&\\n  namespace: nowhere/' secret-pod.yaml");
        await expect(alert).toHaveCount(0);
        await expect(pane.locator('.squiggly-error').first()).toBeAttached();
        await button.click();
        await expect(pane.locator('.card.error .said')).toContainText('namespaces "nowhere" not found');
        await expect(pane.getByText(notApplied)).toBeVisible();
        await type("sed -i '/nowhere/d' secret-pod.yaml");
        await expect(applied).toBeVisible();
        // what was changed last is saved within two seconds
        await page.waitForTimeout(2500);
        await page.reload();
        await shell.waitForPrompt();
        await expect(applied).toBeVisible();
      });
    });
  }

  test('the card speaks the language of the page', async ({ page }) => {
    await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.replace(secret('data:\n  password: not base64!'));
    const said = await code.problem();
    await page.getByRole('button', { name: '中文' }).click();
    const card = page.getByRole('group', { name: '第 1 个问题，共 1 个' });
    await expect(card).toContainText('API 服务器的原话');
    expect(await card.locator('.said').innerText()).toBe(said);
    await expect(card.locator('.plain')).toHaveText(/[\u4e00-\u9fff]/);
  });

  test('hover describes a field; completion offers fields that there are', async ({ page }) => {
    await Shell.open(page, 1200);
    const code = new Code(page);
    await code.ready();
    await code.replace(pod(`spec:\n  restartPolicy: Never\n${container}\n  `));
    await code.pane.locator('.view-line').filter({ hasText: 'restartPolicy' }).getByText('restartPolicy').hover();
    await expect(page.locator('.monaco-hover:visible')).toContainText('spec.restartPolicy');
    await expect(page.locator('.monaco-hover:visible')).toContainText(/Restart policy for all containers within the pod/);
    await code.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.keyboard.type('volu');
    const suggestion = page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: /^volumes/ });
    await expect(suggestion).toBeVisible();
    await page.keyboard.press('Enter');
    await expect.poll(() => code.text()).toContain('  volumes:');
  });
});

test.describe('the plain editor, until the full one is there', () => {
  test.use({ serviceWorkers: 'block' });

  test('what is typed, selected and focused stays at the change', async ({ page }) => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/assets\/monaco-[^/]*\.js$/, async (route) => {
      await held;
      await route.continue();
    });
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    const area = code.pane.locator('textarea');
    await area.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# plain\n');
    await page.keyboard.press('Shift+End');
    await expect(code.pane.getByText('Plain editor for now. You can type already.')).toBeVisible();
    await shell.focus();
    expect(await shell.run('head -n 1 secret-pod.yaml')).toBe('# plain');
    await area.focus();
    release();
    await code.ready();
    await expect(code.pane.getByRole('textbox', { name: /^Text of / })).toBeFocused();
    await page.keyboard.type('kind: List');
    await expect.poll(async () => (await code.lines()).slice(0, 3)).toEqual(['# plain', 'kind: List', 'kind: Pod']);
  });

  test('without the full one it can still be edited, and loading tried again', async ({ page }) => {
    const chunk = /assets\/monaco-[^/]*\.js$/;
    await page.route(chunk, (route) => route.abort());
    const shell = await Shell.open(page, 1200);
    const code = new Code(page);
    const failed = code.pane.getByRole('alert').filter({ hasText: 'The full editor could not be loaded. The plain one works.' });
    await expect(failed).toBeVisible();
    await code.pane.locator('textarea').fill('plain text\n');
    await shell.focus();
    expect(await shell.run('cat secret-pod.yaml')).toBe('plain text');
    await page.unroute(chunk);
    await failed.getByRole('button', { name: 'Try again' }).click();
    await code.ready();
    await expect(failed).toBeHidden();
    expect(await code.text()).toBe('plain text');
  });
});

test('a window that becomes a phone’s and back keeps the text, and one editor', async ({ page }) => {
  const shell = await Shell.open(page, 1200);
  const code = new Code(page);
  await code.ready();
  await code.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# one\n');
  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByRole('navigation').getByRole('button', { name: 'Editor' }).click();
  await code.ready();
  await expect.poll(async () => (await code.lines())[0]).toBe('# one');
  await code.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# two\n');
  await expect(code.pane.getByText('Same file as in the shell')).toBeVisible();
  await page.setViewportSize({ width: 2800, height: 1200 });
  await code.ready();
  await expect.poll(async () => (await code.lines()).slice(0, 2)).toEqual(['# two', '# one']);
  await expect(page.locator('.monaco-editor .view-lines')).toHaveCount(1);
  await shell.focus();
  expect(await shell.run('head -n 2 secret-pod.yaml')).toBe('# two\n# one');
});

test('the keyboard: Tab indents, Esc then Tab leaves; tabs by arrows; find', async ({ page }) => {
  await Shell.open(page, 1200);
  const code = new Code(page);
  await code.ready();
  const text = code.pane.getByRole('textbox', { name: /^Text of / });
  await code.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Tab');
  await expect.poll(async () => (await code.lines())[0]).toBe('  apiVersion: v1');
  await expect(code.pane.getByText('Tab indents. Press Esc, then Tab to leave the editor.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(text).not.toBeFocused();
  await expect.poll(async () => (await code.lines())[0]).toBe('  apiVersion: v1');
  await code.tab('secret-pod.yaml').focus();
  await page.keyboard.press('ArrowRight');
  await expect(code.tab('secret-env-pod.yaml')).toBeFocused();
  await expect(code.tab('secret-env-pod.yaml')).toHaveAttribute('aria-selected', 'true');
  await code.focus();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('name:');
  await expect(code.pane.locator('.find-widget .matchesCount')).toHaveText(/^\d+ of \d+$/);
});
