// The README's pictures: both exercises done in the page that ADDRESS serves (`npm run preview` says where), at 1440 x 900.
// node scripts/screenshots.mjs [ADDRESS]
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const address = process.argv[2] ?? 'http://localhost:4173/';
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM || installed.find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

/** Clicks every command of the step, in turn, each typed once the shell waits for it. */
async function doStep(page, step, pauseMs) {
  await page.getByRole('button', { name: new RegExp(`^Step ${step}:`) }).click();
  for (const command of await page.locator('.lesson .command').all()) {
    await command.click();
    await command.and(page.locator('.ran')).waitFor();
    await page.waitForTimeout(pauseMs);
  }
}

async function picture(file, colorScheme, exercise, steps, pauseMs) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, locale: 'en-US' });
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('.xterm-rows')?.textContent.includes('#'));
  await page.getByRole('button', { name: exercise }).click();
  for (const step of steps) await doStep(page, step, pauseMs);
  await page.mouse.move(900, 700);
  await page.waitForTimeout(1000);
  await page.screenshot({ path: file });
  await page.close();
}

await picture('docs/exercise-1.png', 'light', /Secrets in Pods/, [1, 2, 3, 4, 5, 6], 1500);
await picture('docs/exercise-2.png', 'dark', /The pause container/, [1, 2, 3, 4, 5, 6], 3500);
await browser.close();
