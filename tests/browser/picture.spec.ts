import { expect, test } from '@playwright/test';
import { Shell } from './shell';

test('the picture shows a Secret on its way into a container, and processes as they come and go', async ({ page }) => {
  const shell = await Shell.open(page, 1000);
  const picture = page.getByRole('region', { name: 'Picture' });
  await expect(picture.getByText('Nothing of yours is here yet')).toBeVisible();

  await shell.run('kubectl create secret generic admin-access --from-literal=username.txt=admin');
  await shell.run('kubectl apply -f secret-pod.yaml');
  const server = picture.getByRole('region', { name: 'API server' });
  await expect(server.getByRole('heading')).toHaveText(['admin-access', 'secret-pod']);
  await expect(picture.getByRole('region', { name: 'k8s-minion1' })).toContainText('/etc/foo');

  await picture.getByRole('tab', { name: 'Secret lens' }).click();
  await picture.getByRole('button', { name: 'Byte 1: a 61' }).press('ArrowRight');
  await expect(picture.getByRole('button', { name: 'Byte 2: d 64' })).toBeFocused();
  await expect(picture.getByRole('button', { pressed: true })).toHaveText('d64');
  await expect(picture).toContainText('/etc/foo/username.txt');

  await page.getByRole('button', { name: 'The pause container' }).click();
  const processes = picture.getByRole('table', { name: 'Processes' });
  await shell.focus();
  await shell.run('(sleep 77 &)');
  await expect(processes.getByRole('rowheader', { name: 'sleep had the parent bash' })).toBeVisible();
  await shell.run('kill %1 2>/dev/null; pkill sleep');
  await expect(picture.getByRole('list', { name: 'Signals' })).toContainText('sends SIGTERM to sleep');
  await expect(processes.getByRole('rowheader', { name: 'sleep' })).toHaveCount(0);
});

test('the picture can be closed and opened, stays so, and is reached by keys', async ({ page }) => {
  await Shell.open(page, 900);
  const picture = page.getByRole('region', { name: 'Picture' });
  const toggle = page.getByRole('button', { name: 'Picture of what happens' });
  await expect(picture).toBeVisible();
  await toggle.click();
  await expect(picture).toHaveCount(0);
  await page.reload();
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Alt+4');
  await expect(picture.getByRole('tab', { name: 'Cluster' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(picture.getByRole('tab', { name: 'Processes' })).toHaveAttribute('aria-selected', 'true');
});
