import type { Bytes } from '../kernel';

/** The preemption hook is left alone, or every branch would be a place to unwind from (wasm/kshim.c). */
const hook = '__sanitizer_cov_trace_pc';
const exported = ['start_unwind', 'stop_unwind', 'start_rewind', 'stop_rewind', 'get_state'];

/** Lets a program that links wasm/fork.c fork: binaryen's asyncify pass. Other programs are returned as they are. */
export async function asyncify(module: Bytes): Promise<Bytes> {
  const compiled = await WebAssembly.compile(module as BufferSource);
  if (!WebAssembly.Module.imports(compiled).some((entry) => entry.module === 'asyncify')) return module;
  const { default: binaryen } = await import('binaryen');
  const ir = binaryen.readBinary(module);
  const settings: Record<string, string> = { 'asyncify-ignore-imports': '1' };
  if (ir.getFunction(hook) !== 0) settings['asyncify-removelist'] = hook;
  try {
    binaryen.setDebugInfo(false);
    binaryen.setOptimizeLevel(1);
    binaryen.setShrinkLevel(0);
    for (const [name, value] of Object.entries(settings)) binaryen.setPassArgument(name, value);
    ir.runPasses(['asyncify']);
    for (const name of exported) ir.removeExport(`asyncify_${name}`);
    return ir.emitBinary();
  } finally {
    for (const name of Object.keys(settings)) binaryen.setPassArgument(name, null);
    ir.dispose();
  }
}
