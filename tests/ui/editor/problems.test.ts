import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Diagnostic } from '../../../src/manifest';
import { checkDelayMs, Problems, type CheckedFile, type ManifestAccess } from '../../../src/ui/editor/problems';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const found = (message: string, severity: Diagnostic['severity'] = 'error', start = 0): Diagnostic => ({
  severity,
  span: { start, end: start + 1 },
  message,
  source: 'server',
});

interface Setup {
  readonly file: { -readonly [K in keyof CheckedFile]: CheckedFile[K] };
  readonly problems: Problems;
  readonly asked: string[];
  readonly answer: (diagnostics: readonly Diagnostic[]) => Promise<void>;
  readonly troubles: unknown[];
}

function setUp(): Setup {
  const asked: string[] = [];
  const troubles: unknown[] = [];
  const answers: ((diagnostics: readonly Diagnostic[]) => void)[] = [];
  const access: ManifestAccess = {
    diagnose: (_path, text) => {
      asked.push(text);
      return new Promise((resolve) => answers.push(resolve));
    },
    applied: async () => 'other',
    hover: async () => undefined,
    complete: async () => [],
  };
  const file = { path: 'a.yaml', text: '', problems: 0, remarks: 0, cluster: 'none' as const };
  const problems = new Problems(
    () => access,
    (error) => troubles.push(error),
  );
  const answer = async (diagnostics: readonly Diagnostic[]): Promise<void> => {
    answers.shift()!(diagnostics);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { file, problems, asked, answer, troubles };
}

it('asks once after a burst of typing', async () => {
  const { file, problems, asked } = setUp();
  for (const text of ['a', 'ab', 'abc']) {
    file.text = text;
    problems.look(file);
    await vi.advanceTimersByTimeAsync(checkDelayMs - 1);
  }
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['abc']);
});

it('drops an answer about a text that is there no more', async () => {
  const { file, problems, answer } = setUp();
  file.text = 'old';
  problems.look(file);
  await vi.advanceTimersByTimeAsync(checkDelayMs);
  file.text = 'new';
  await answer([found('of the old text')]);
  expect(problems.of(file)).toBeUndefined();
  expect(file.problems).toBe(0);
});

it('counts errors alone and keeps what was found in the order of the text', async () => {
  const { file, problems, answer } = setUp();
  file.text = '\uFEFFtext';
  problems.look(file);
  await vi.advanceTimersByTimeAsync(checkDelayMs);
  await answer([found('last', 'error', 3), found('first', 'warning', 0), found('middle', 'error', 1)]);
  expect(problems.of(file)?.diagnostics.map(({ message }) => message)).toEqual(['first', 'middle', 'last']);
  // spans are of the text without a byte order mark, which the editor does not show
  expect(problems.of(file)?.text).toBe('text');
  expect([file.problems, file.remarks, file.cluster]).toEqual([2, 1, 'other']);
});

it('lets go of closed files, and of timers in the end', async () => {
  const { file, problems, answer, asked } = setUp();
  problems.look(file);
  await vi.advanceTimersByTimeAsync(checkDelayMs);
  await answer([found('x')]);
  problems.prune(new Set());
  expect(problems.of(file)).toBeUndefined();
  problems.look(file);
  problems.dispose();
  expect(vi.getTimerCount()).toBe(0);
  expect(asked).toHaveLength(1);
});
