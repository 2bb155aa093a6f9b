import { failure } from './errors';
import { type Flags, parseBool } from './flags';
import type { Kubectl } from './kubectl';

export type DryRun = 'none' | 'client' | 'server';

/** What --dry-run asks for. */
export async function dryRunOf(k: Kubectl, flags: Flags): Promise<DryRun> {
  const text = flags.string('dry-run');
  if (text === 'none' || text === 'client' || text === 'server') return text;
  if (text === 'unchanged') {
    await klogWarning(k, 'helpers.go:719', '--dry-run is deprecated and can be replaced with --dry-run=client.');
    return 'client';
  }
  const bool = parseBool(text);
  if (bool === undefined) throw failure(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
  await klogWarning(
    k,
    'helpers.go:733',
    `--dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${bool ? 'client' : 'none'}.`,
  );
  return bool ? 'client' : 'none';
}

export const dryRunSuffix = (dryRun: DryRun): string =>
  dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';
export const dryRunQuery = (dryRun: DryRun): string | undefined => (dryRun === 'server' ? 'All' : undefined);

/** A warning in klog's form: `W1123 06:33:13.894271   18929 helpers.go:719] …`. */
export const klogWarning = (k: Kubectl, where: string, text: string): Promise<void> => klog(k, 'W', where, text);

/** A line of the log; `severity` is I, W, E or F. */
export async function klog(k: Kubectl, severity: string, where: string, text: string): Promise<void> {
  const now = new Date(k.proc.clock.now());
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}.${String(now.getUTCMilliseconds()).padStart(3, '0')}000`;
  await k.err(
    `${severity}${two(now.getUTCMonth() + 1)}${two(now.getUTCDate())} ${time} ${String(k.proc.pid).padStart(7)} ${where}] ${text}\n`,
  );
}

/** The fieldValidation that --validate asks the server for. */
export function fieldValidation(flags: Flags): string {
  if (!flags.has('validate')) return 'Strict';
  const text = flags.string('validate');
  switch (text) {
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'ignore':
      return 'Ignore';
    default: {
      const bool = parseBool(text);
      if (bool === undefined)
        throw failure(`invalid - validate option "${text}"; must be one of: strict (or true), warn, ignore (or false)`);
      return bool ? 'Strict' : 'Ignore';
    }
  }
}
