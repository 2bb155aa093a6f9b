import { ApiError, canonicalQuantity, QuantityError, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeOf } from '../completion';
import { dryRunOf, dryRunQuery } from '../dry-run';
import { failure } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, saveConfigFlag } from '../flag-sets';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { givenObjects, targets } from '../resources';
import { withLastApplied } from './apply';

export const autoscale: Command = {
  use: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  group: 'deploy',
  long: `Creates an autoscaler for a deployment, replica set, stateful set, or replication controller: an object that says how many pods there may be, and at what load there should be more.`,
  example: `  # Between 2 and 10 pods, by the default policy
  kubectl autoscale deployment foo --min=2 --max=10
  
  # At most 5 pods, at 80% of the CPU they request
  kubectl autoscale rc foo --max=5 --cpu=80%`,
  flags: [
    { name: 'cpu', kind: 'string', usage: 'Target CPU use over all pods: of what is requested ("70%"), or an average ("500m").' },
    { name: 'cpu-percent', kind: 'int', value: '-1', hidden: true, usage: 'Target CPU use, in percent of what is requested.' },
    dryRunFlag,
    fieldManagerFlag('kubectl-autoscale'),
    ...fileFlags('identifying the resource to autoscale.'),
    { name: 'max', kind: 'int', value: '-1', required: true, usage: 'The upper limit for the number of pods. Required.' },
    { name: 'memory', kind: 'string', usage: 'Target memory use over all pods: of what is requested ("60%"), or an average ("200Mi").' },
    { name: 'min', kind: 'int', value: '-1', usage: 'The lower limit for the number of pods; below zero the server decides.' },
    { name: 'name', kind: 'string', usage: "The name for the newly created object; the resource's if there is none." },
    ...outputFlags(),
    saveConfigFlag,
  ],
  run,
  complete: completeOf('deployment replicaset replicationcontroller statefulset'),
};

/** `80%` or an amount; without a unit an amount is of `unit`. */
function target(text: string, resource: 'cpu' | 'memory', unit: string): Record<string, unknown> {
  const input = text.trim();
  if (input.endsWith('%')) {
    const percent = input.slice(0, -1);
    if (!/^\+?\d+$/.test(percent)) throw failure(`invalid percentage value: ${percent}`);
    return { type: 'Utilization', averageUtilization: Number(percent) };
  }
  const isBare = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(input);
  try {
    return { type: 'AverageValue', averageValue: canonicalQuantity(isBare ? `${Number(input)}${unit}` : input) };
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw failure(`invalid resource ${resource} value: ${input}`);
  }
}

/** autoscaling/v1, which kubectl tries next, knows CPU in percent and nothing else. */
function afterRefusal(error: unknown, cpu: string, memory: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const isOld = memory === '' && cpu.trim().endsWith('%');
  if (isOld) return error;
  const why = cpu.trim() === '' ? 'empty input' : '%!w(<nil>)';
  return failure(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`);
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const [least, most, percent] = [flags.int('min'), flags.int('max'), flags.int('cpu-percent')];
  const [cpu, memory] = [flags.string('cpu'), flags.string('memory')];
  if (flags.changed('cpu-percent'))
    await k.err("Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n"); // prettier-ignore
  if (most < 1) throw failure(`--max=MAXPODS is required and must be at least 1, max: ${most}`);
  if (most < least) throw failure(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${most}, min: ${least}`);
  if (percent > 0 && cpu) throw failure('--cpu-percent and --cpu are mutually exclusive');
  const metric = (name: string, wanted: unknown): unknown => ({ type: 'Resource', resource: { name, target: wanted } });
  const metrics = [
    ...(percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []),
    ...(cpu ? [metric('cpu', target(cpu, 'cpu', 'm'))] : []),
    ...(memory ? [metric('memory', target(memory, 'memory', 'Mi'))] : []),
  ];
  // a format that cannot be is told once there is something to print
  const printerOf = (): ReturnType<typeof objectPrinter> => objectPrinter(flags, (file) => readFile(k.proc, file));
  const { found, errors } = await givenObjects(k, await targets(k, { args, flags }));
  for (const { mapping, object } of found) {
    if (!mapping.subresources.includes('scale')) {
      const resource = mapping.group
        ? `${mapping.group}/${mapping.version}, Resource=${mapping.resource}`
        : `/${mapping.version}, Resource=${mapping.resource}`;
      throw failure(`cannot autoscale a ${mapping.kind}: could not find scale subresource for ${resource} in discovery information`);
    }
    const { name = '' } = object.metadata;
    const namespace = await k.namespace();
    const wanted: KubeObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: flags.string('name') || name, ...(k.namespaceGiven && { namespace }) },
      spec: {
        scaleTargetRef: { kind: mapping.kind, name, apiVersion: mapping.groupVersion },
        ...(least > 0 && { minReplicas: least }),
        maxReplicas: most,
        ...(metrics.length > 0 && { metrics }),
      },
      // What Go writes of a status of which nothing is known.
      status: { desiredReplicas: 0, currentMetrics: null },
    };
    const autoscalers = (await k.mapper()).need('horizontalpodautoscalers.autoscaling');
    if (dryRun === 'client') {
      await report(k, await printerOf(), wanted, autoscalers, 'created', dryRun);
      continue;
    }
    const body = JSON.stringify(flags.bool('save-config') ? withLastApplied(wanted, undefined) : wanted);
    const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
    const made = await k.json<KubeObject>('POST', k.path(autoscalers, namespace), { query, body }).catch((error: unknown) => {
      throw afterRefusal(error, cpu, memory);
    });
    await report(k, await printerOf(), made, autoscalers, 'autoscaled', dryRun);
  }
  if (errors.length > 0) throw errors[0];
  return 0;
}
