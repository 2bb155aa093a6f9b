// The README's pictures: both exercises done in the page that ADDRESS serves (`npm run preview` says where), at 1440 x 900.
// node scripts/screenshots.mjs [ADDRESS]
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const address = process.argv[2] ?? 'http://localhost:4173/';
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM || installed.find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

/** Clicks every command of the step, in turn, again where it was refused; the step's checks have passed then. */
async function doStep(page, step, pauseMs) {
  await page.getByRole('button', { name: new RegExp(`^Step ${step}:`) }).click();
  for (const command of await page.locator('.lesson .command').all()) {
    for (let tries = 0; tries < 10; tries++) {
      await command.click();
      await command.and(page.locator('[aria-busy=false]')).waitFor({ timeout: 90_000 });
      await page.waitForTimeout(pauseMs);
      if (!(await command.evaluate((element) => element.matches('.refused')))) break;
    }
  }
  await page.getByRole('button', { name: new RegExp(`^Step ${step}:.*, done$`) }).waitFor();
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

await picture('docs/exercise-1.png', 'light', /Secrets in Pods/, [1, 2, 3, 4, 5, 6], 800);
await picture('docs/exercise-2.png', 'dark', /The pause container/, [1, 2, 3, 4, 5, 6], 800);
await browser.close();
