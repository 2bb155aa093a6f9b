import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnose } from '../../src/manifest';
import { cluster } from './marked';

const files = readdirSync('src/lessons', { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));

test.each(files)('%s of the lessons has nothing wrong, once its Secret is there', (file) => {
  expect(diagnose(readFileSync(`src/lessons/${file}`, 'utf8'), cluster)).toEqual([]);
});

test('the lessons have manifests', () => expect(files.length).toBeGreaterThan(1));
