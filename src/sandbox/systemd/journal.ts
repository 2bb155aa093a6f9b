import type { Clock } from '../../clock';

export interface JournalLine {
  readonly ms: number;
  /** Without `.service`. */
  readonly unit: string;
  readonly identifier: string;
  readonly pid: number;
  readonly text: string;
}

/** How many lines are kept. */
const mostLines = 5000;

/** What the services of a node said, oldest first. */
export class Journal {
  readonly lines: JournalLine[] = [];

  constructor(private readonly clock: Clock) {}

  add(line: Omit<JournalLine, 'ms'>): void {
    this.lines.push({ ms: this.clock.now(), ...line });
    if (this.lines.length > mostLines) this.lines.shift();
  }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 26 03:53:57 k8s-minion1 kubelet[3]: text`, as journalctl's short form has it. */
export function shortLine({ ms, identifier, pid, text }: JournalLine, hostname: string): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  return `${months[Number(date.slice(5, 7)) - 1]} ${date.slice(8)} ${time.slice(0, 8)} ${hostname} ${identifier}[${pid}]: ${text}`;
}
