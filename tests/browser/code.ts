import { expect, type Locator, type Page } from '@playwright/test';

/** The page's code editor, used as a reader does: by its keys, and by what can be read in it. */
export class Code {
  readonly page: Page;
  readonly pane: Locator;
  readonly card: Locator;

  constructor(page: Page) {
    this.page = page;
    this.pane = page.getByRole('region', { name: 'Editor' });
    this.card = this.pane.getByRole('group', { name: /^Problem \d+ of \d+$/ });
  }

  /** The full editor has taken the plain one's place. */
  async ready(): Promise<void> {
    await expect(this.pane.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 60_000 });
  }

  tab(path: string): Locator {
    return this.pane.getByRole('tab', { name: new RegExp(`^${path.replaceAll('.', '\\.')}(,|$)`) });
  }

  async open(path: string): Promise<void> {
    await this.tab(path).click();
    await expect(this.tab(path)).toHaveAttribute('aria-selected', 'true');
  }

  async focus(): Promise<void> {
    await this.pane.getByRole('textbox', { name: /^Text of / }).focus();
  }

  /** The lines that are seen, from the top. */
  async lines(): Promise<string[]> {
    const lines = await this.pane.locator('.view-lines .view-line').evaluateAll((nodes) =>
      nodes
        .map((node) => ({ top: Number.parseFloat((node as HTMLElement).style.top), text: node.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ')),
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  async text(): Promise<string> {
    return (await this.lines()).join('\n');
  }

  /** Replaces the whole text by a paste: nothing is indented or closed by the editor. */
  async replace(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('Control+a');
    await this.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
    await expect.poll(async () => (await this.text()).trimEnd()).toBe(text.trimEnd());
  }

  /** Goes to the first problem; the words of whoever refuses the file. */
  async problem(): Promise<string> {
    await expect(this.pane.locator('.squiggly-error').first()).toBeAttached();
    await this.focus();
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('F8');
    await expect(this.card).toBeVisible();
    return this.card.locator('.said').innerText();
  }
}
