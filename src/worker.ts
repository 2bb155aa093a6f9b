/** The sandbox in a Web Worker. docs/tour.md has its place in the house. */
import { expose } from 'comlink';
import { createPageSandbox } from './sandbox';
import { webHostTime } from './sandbox/host-web';
import { lazyCc, lazyWasi, loadPause } from './wasi';

expose(
  createPageSandbox({
    time: webHostTime,
    loadAssets: async () => {
      const { v310, v30, source } = await loadPause();
      return {
        pause: { '3.10': v310, '3.0': v30 },
        pauseSource: source,
        deviations: async () => (await import('../docs/deviations.md?raw')).default,
      };
    },
    formats: (clock, report) => [
      lazyWasi(
        {
          onProgress: (_stage, fraction) => report.progress('wasm', fraction),
          onUnavailable: (reason) => report.unavailable('wasm', globalThis.crossOriginIsolated ? 'other' : 'isolation', reason),
        },
        clock,
      ),
    ],
    cc: (clock, report) => lazyCc((_stage, fraction) => report.progress('clang', fraction), clock),
  }),
);
