import { expect, it } from 'vitest';
import { lazyWasi, loadPause } from '../../src/wasi';
import { FakeProcess } from './fake-process';

it('knows a WebAssembly file before its engine is there, and runs it once it is', async () => {
  const format = lazyWasi({ guests: 0 });
  const { v310 } = await loadPause();
  expect(format.matches(v310.subarray(0, 4))).toBe(true);
  expect(format.matches(new TextEncoder().encode('#!/bin/sh'))).toBe(false);
  const proc = new FakeProcess(7, ['/pause', '-v']);
  expect(await proc.run(await format.load(v310, '/pause'))).toBe(0);
  expect(proc.stdout).toBe('pause.c v3.10\n');
});
