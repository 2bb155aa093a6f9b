import { describe, expect, it } from 'vitest';
import { commandsOf, lessons, parseInline, parseSteps, type Inline } from '../../src/lessons';

describe('lesson text', () => {
  it('knows steps, goals, paragraphs, commands, notes, lists and code', () => {
    const [one, two] = parseSteps(
      '# One\n> goal\n\nsome\ntext\n$ ls -l\n$ pwd\n\n! careful\n- a\n- `b`\n~ think\n~ look\n\n# Two\n```\n$ shown\n```\n',
    );
    expect(one?.title).toBe('One');
    expect(one?.goal).toEqual([{ kind: 'text', text: 'goal' }]);
    expect(one?.blocks.map((block) => block.kind)).toEqual(['paragraph', 'command', 'command', 'note', 'list']);
    expect(one && commandsOf(one)).toEqual(['ls -l', 'pwd']);
    expect(one?.hints.map((hint) => hint.map(({ text }) => text))).toEqual([['think'], ['look']]);
    expect(two?.blocks).toEqual([{ kind: 'code', text: '$ shown' }]);
  });

  it.each([
    ['a `b` **c**', ['text:a ', 'code:b', 'text: ', 'strong:c']],
    ['[x](file:x.yaml)', ['file:x']],
    ['[x](https://example.org/a)', ['link:x']],
    ['[x](javascript:alert(1))', ['text:[x](javascript:alert(1))']],
    ['<b onclick=x>', ['text:<b onclick=x>']],
  ])('reads %s', (source, expected) => {
    expect(parseInline(source).map((part) => `${part.kind}:${part.text}`)).toEqual(expected);
  });

  it('joins lines of Chinese without a space', () => {
    expect(parseSteps('# 一\n你好，\n世界 Pod\n运行')[0]?.blocks[0]).toEqual({
      kind: 'paragraph',
      text: [{ kind: 'text', text: '你好，世界 Pod 运行' }],
    });
  });

  it('refuses text before a title, a second goal, an open fence', () => {
    for (const source of ['text', '# a\n> b\n\n> c', '# a\n```\nb']) expect(() => parseSteps(source)).toThrow(/^line \d/);
  });
});

describe.each(lessons)('lesson $id', (lesson) => {
  it('has the same steps with the same commands in both languages', () => {
    expect(lesson.steps.zh.map(commandsOf)).toEqual(lesson.steps.en.map(commandsOf));
  });

  it('gives each step a title and a goal', () => {
    for (const step of [...lesson.steps.en, ...lesson.steps.zh]) {
      expect(step.title).not.toBe('');
      expect(step.goal.length, step.title).toBeGreaterThan(0);
    }
  });

  it('links only files that it brings', () => {
    const paths = lesson.files.map((file) => file.path);
    for (const step of [...lesson.steps.en, ...lesson.steps.zh])
      for (const text of [
        ...step.blocks.map((block) => (block.kind === 'paragraph' || block.kind === 'note' ? block.text : [])),
        ...step.hints,
      ])
        for (const part of text) if (part.kind === 'file') expect(paths).toContain(part.path);
  });

  it('has three hints a step, with the same code and files in both languages', () => {
    const kept = (hint: readonly Inline[]): string[] =>
      hint.flatMap((part) => (part.kind === 'code' || part.kind === 'file' ? [part.text] : [])).sort();
    for (const [at, { hints, title }] of lesson.steps.en.entries()) {
      expect(hints.length, title).toBe(3);
      expect(lesson.steps.zh[at]?.hints.map(kept), title).toEqual(hints.map(kept));
    }
  });

  it('a nudge names no command of its step, the answer has code', () => {
    for (const step of lesson.steps.en) {
      const [nudge, , answer] = step.hints.map((hint) => hint.filter(({ kind }) => kind === 'code').map(({ text }) => text));
      for (const command of commandsOf(step)) expect(nudge).not.toContain(command);
      expect(answer, step.title).not.toEqual([]);
    }
  });
});
