import { expect, type Page } from '@playwright/test';

export const prompt = 'root@k8s-minion1:~#';

/** The terminal of the page, used as a reader does: by its keys, and by what can be read on it. */
export class Shell {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page with a terminal large enough for any output, line by line, and waits for the prompt. */
  static async open(page: Page, height = 4200): Promise<Shell> {
    await page.setViewportSize({ width: 3500, height });
    await page.goto('/');
    const shell = new Shell(page);
    await shell.waitForPrompt();
    if (height > 1200) {
      await page.getByRole('separator', { name: 'Resize the editor' }).press('Home');
      await shell.focus();
    }
    return shell;
  }

  async focus(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Terminal input' }).focus();
  }

  /** The rows of the screen, without the empty ones at its end. */
  async rows(): Promise<string[]> {
    const rows = await this.page.locator('.xterm-rows > div').allTextContents();
    const texts = rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
    while (texts.at(-1) === '') texts.pop();
    return texts;
  }

  async text(): Promise<string> {
    return (await this.rows()).join('\n');
  }

  /** Waits until the shell reads a line again. */
  async waitForPrompt(timeoutMs = 30_000): Promise<void> {
    await expect.poll(async () => (await this.rows()).at(-1) ?? '', { timeout: timeoutMs }).toMatch(/(^|\S)root@k8s-minion1:[^ ]*#$/);
  }

  /** Clears the screen, types a command line and Enter, waits for the next prompt: what was printed between. */
  async run(command: string, timeoutMs = 30_000): Promise<string> {
    await this.start(command);
    await this.waitForPrompt(timeoutMs);
    const rows = await this.rows();
    const last = rows.pop()!;
    const unended = last.slice(0, last.lastIndexOf('root@'));
    return [...rows.slice(1), ...(unended ? [unended] : [])].join('\n');
  }

  /** The same, without waiting. */
  async start(command: string): Promise<void> {
    await this.page.keyboard.press('Control+l');
    await expect.poll(() => this.text()).toBe(prompt);
    await this.page.keyboard.type(command);
    await expect.poll(() => this.text()).toBe(`${prompt} ${command}`);
    await this.page.keyboard.press('Enter');
  }

  /** Runs the command until what it prints matches. */
  async until(command: string, pattern: RegExp, timeoutMs = 30_000): Promise<string> {
    let output = '';
    await expect.poll(async () => (output = await this.run(command)), { timeout: timeoutMs, intervals: [500] }).toMatch(pattern);
    return output;
  }
}
