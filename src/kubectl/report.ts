import type { KubeObject } from '../kube/api';
import type { Mapping } from './discovery';
import { type DryRun, dryRunSuffix } from './dry-run';
import type { Kubectl } from './kubectl';
import { nameOfObject, type ObjectPrinter } from './printers';

/** Prints `secret/x created`, or the object in the format asked for. */
export async function report(
  k: Kubectl,
  printer: ObjectPrinter | undefined,
  object: KubeObject,
  mapping: Mapping | undefined,
  done: string,
  dryRun: DryRun = 'none',
): Promise<void> {
  await k.out(printer ? printer.text(object, mapping) : `${nameOfObject(object, mapping)} ${done}${dryRunSuffix(dryRun)}\n`);
}
