import { expect, test, type Page } from '@playwright/test';
import { Shell } from './shell';

async function link(page: Page, kind: RegExp): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this step' });
  await dialog.getByRole('radio', { name: kind }).check();
  const field = dialog.getByRole('textbox', { name: 'Link' });
  await expect(field).toHaveValue(kind.source.includes('clean') ? /#s=1\.secrets\.\d$/ : /#s=1\.secrets\.\d\.[\w-]{100,}$/);
  const made = await field.inputValue();
  await page.keyboard.press('Escape');
  return made;
}

test('a link holds the step and the work; whoever opens it can go back to theirs', async ({ page, browser }) => {
  const shell = await Shell.open(page, 900);
  await shell.run("echo 'of the teacher' > notes.txt; kubectl create secret generic handed-out --from-literal=a=b");
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button').nth(4).click();
  const made = await link(page, /My work at step 5/);
  expect(made.length).toBeLessThan(20_000);

  const context = await browser.newContext();
  const reader = await context.newPage();
  const theirs = await Shell.open(reader, 900);
  await theirs.run('echo own > own.txt');
  await reader.waitForTimeout(2500);
  await expect(reader.getByText('Saved in this browser')).toBeVisible();
  await reader.goto('about:blank');
  await reader.goto(made);
  await theirs.waitForPrompt();
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Mount it in a Pod');
  expect(reader.url()).not.toContain('#');
  await theirs.focus();
  expect(await theirs.run('cat notes.txt; ls own.txt')).toContain('of the teacher');
  await theirs.until('kubectl get secrets', /handed-out +Opaque/);
  await reader.getByRole('button', { name: 'Back to mine' }).click();
  await theirs.waitForPrompt();
  await theirs.focus();
  await theirs.until('cat own.txt', /^own$/);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Say hello to your node');
  await context.close();
});

test('a link to a clean start has everything done that the step needs; a frame shows it in another page', async ({ page, browser }) => {
  await Shell.open(page, 900);
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button').nth(4).click();
  const made = await link(page, /A clean start at step 5/);
  expect(made.length).toBeLessThan(60);
  const context = await browser.newContext();
  const reader = await context.newPage();
  await reader.goto(made);
  const shell = new Shell(reader);
  await shell.waitForPrompt();
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Mount it in a Pod');
  await shell.focus();
  await shell.until('kubectl get secret admin-access', /admin-access +Opaque +2/);
  await reader.locator('button.command').first().click();
  await expect(reader.getByRole('button', { name: /^Step 5:.*, done$/ })).toBeVisible();
  // what changed last is told of within a second, then saved
  await reader.waitForTimeout(2500);
  await expect(reader.getByText('Saved in this browser')).toBeVisible();

  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('radio', { name: /A frame for a blog/ }).check();
  const html = page.getByRole('textbox', { name: 'HTML of the frame' });
  await expect(html).toHaveValue(
    /^<iframe src="[^"]+\?embed#s=1\.secrets\.5" title="Mount it in a Pod" width="720" height="480" [^>]*><\/iframe>$/,
  );
  // in the same browser and its storage, whose owner is at step 5 with a Pod
  const body = `<h1>Blog</h1>${await html.inputValue()}`;
  const blog = 'http://127.0.0.1:4999/blog.html';
  await reader.route(blog, (route) => route.fulfill({ contentType: 'text/html', body }));
  await reader.goto(blog);
  const frame = reader.frameLocator('iframe');
  await expect(frame.getByRole('heading', { level: 1 })).toHaveText('Mount it in a Pod');
  await expect(frame.getByRole('region', { name: 'Lesson' })).toHaveCount(0);
  await expect(frame.getByRole('link', { name: 'Open full' })).toHaveAttribute('href', '/#s=1.secrets.5');
  await expect(frame.getByText('0 of 2 checks passed', { exact: true })).toBeVisible();
  const apply = frame.locator('button.command');
  await expect(apply).toContainText('kubectl apply -f secret-pod.yaml');
  await apply.click();
  await expect(frame.getByText('2 of 2 checks passed', { exact: true })).toBeVisible();
  // nothing of theirs was touched
  await reader.goto('/');
  await shell.waitForPrompt();
  await expect(reader.getByRole('button', { name: /^Step 5:.*, done$/ })).toBeVisible();
  await shell.focus();
  await shell.until('kubectl get pods', /^secret-pod /m);
  await context.close();
});

test('a link that is cut, or was never one, says so and opens what is here', async ({ page }) => {
  for (const hash of [
    '#s=1.secrets.5.AAAA',
    '#s=1.secrets.99',
    '#s=',
    '#s=1.secrets.5.q1bKLMlMS1SyUlBKT8xJVdJRUEpJLFeyMjQyNjE1M7ewNDQwNDIGAA',
  ]) {
    await page.goto('about:blank');
    await page.goto(`/${hash}`);
    await new Shell(page).waitForPrompt();
    await expect(page.getByRole('alert').filter({ hasText: 'This link is damaged' })).toBeVisible();
  }
});
