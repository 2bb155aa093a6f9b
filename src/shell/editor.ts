import type { History } from './history';
import { readLine } from './lines';
import type { Shell } from './shell';

export class LineEditor {
  constructor(private readonly sh: Shell, _history: History) {}
  async read(prompt: string): Promise<string | 'eof' | 'interrupt'> {
    await this.sh.err(prompt);
    const line = await readLine(this.sh, 0, { interruptible: true });
    return line ?? 'eof';
  }
}
