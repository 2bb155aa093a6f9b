import { type KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import type { Flag } from '../../flags';
import type { Kubectl } from '../../kubectl';
import { splitPair } from '../../resources';
import { checkQuantity } from '../../value';
import { suffix } from '../debug-container';
import { begin, createFlags, metadataOf } from './object';

const imageFlag = (kind: 'array' | 'string'): Flag => ({ name: 'image', kind, required: true, usage: 'Image name to run.' });

/** The words after `--`: a container's command. */
const commandOf = ({ args, dashAt }: Invocation): string[] => (dashAt < 0 ? [] : args.slice(dashAt));
const nameWords = ({ args, dashAt }: Invocation): readonly string[] => (dashAt < 0 ? args : args.slice(0, dashAt));

/** A container's name from its image: the last part without tag and digest; where it has `_` or `.`, with letters at the end. */
function nameOfImage(k: Kubectl, image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, '-')}-${suffix(k)}` : name;
}

export const deployment: Command = {
  use: 'deployment NAME --image=image -- [COMMAND] [args...]',
  aliases: ['deploy'],
  short: 'Create a deployment with the specified name',
  example: `  # Create a deployment of one image
  kubectl create deployment my-dep --image=busybox
  
  # With three replicas
  kubectl create deployment my-dep --image=nginx --replicas=3`,
  flags: [
    ...createFlags,
    imageFlag('array'),
    { name: 'port', kind: 'int', value: '-1', usage: 'The containerPort that this deployment exposes.' },
    { name: 'replicas', short: 'r', kind: 'int', value: '1', usage: 'Number of replicas to create.' },
  ],
  async run(call) {
    const { k, flags } = call;
    const { name, create } = await begin(call, nameWords(call));
    const images = flags.list('image');
    const command = commandOf(call);
    if (images.length > 1 && command.length > 0) throw failure('cannot specify multiple --image options and command');
    const labels = { app: name };
    const containers = images.map((image) => ({
      name: nameOfImage(k, image),
      image,
      ...(command.length > 0 ? { command } : {}),
      ...(flags.int('port') >= 0 ? { ports: [{ containerPort: flags.int('port') }] } : {}),
      resources: {},
    }));
    return create(
      {
        kind: 'Deployment',
        apiVersion: 'apps/v1',
        metadata: { ...(await metadataOf(call, name)), labels },
        spec: {
          replicas: flags.int('replicas'),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
          strategy: {},
        },
        status: {},
      },
      'failed to create deployment: ',
    );
  },
};

const jobSpec = (call: Invocation, name: string, restartPolicy: string): Record<string, unknown> => {
  const command = commandOf(call);
  const container = { name, image: call.flags.string('image'), ...(command.length > 0 ? { command } : {}), resources: {} };
  return { template: { metadata: {}, spec: { containers: [container], restartPolicy } } };
};

interface CronJobObject extends KubeObject {
  readonly spec: {
    readonly jobTemplate: { readonly metadata?: Pick<KubeObject['metadata'], 'labels' | 'annotations'>; readonly spec: object };
  };
}

/** --from: `cronjob/NAME`, the only kind a Job can be made from. */
async function cronJobNamed(k: Kubectl, text: string): Promise<CronJobObject> {
  const pair = splitPair(text);
  if (!pair) {
    const mapping = (await k.mapper()).need(text);
    throw failure(`unable to extract job template from ${mapping.kind}`);
  }
  const mapping = (await k.mapper()).need(pair[0]);
  const found = await k.json<CronJobObject>('GET', k.path(mapping, await k.namespace(), pair[1]));
  if (mapping.resource !== 'cronjobs') throw failure(`unknown object type *${mapping.version}.${mapping.kind}`);
  return found;
}

/** A Job of a CronJob's template, started by hand and owned by it. */
function jobOf(
  { metadata, spec }: CronJobObject,
  own: { name: string; namespace?: string },
): Pick<KubeObject, 'metadata'> & { readonly spec: object } {
  const { labels, annotations } = spec.jobTemplate.metadata ?? {};
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true };
  return {
    metadata: {
      ...own,
      ...(labels ? { labels } : {}),
      annotations: { ...annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    } as KubeObject['metadata'],
    spec: spec.jobTemplate.spec,
  };
}

export const job: Command = {
  use: 'job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  short: 'Create a job with the specified name',
  example: `  # Create a job with a command
  kubectl create job my-job --image=busybox -- date`,
  flags: [
    ...createFlags,
    { name: 'from', kind: 'string', usage: 'The name of the resource to create a Job from (only cronjob is supported).' },
    { name: 'image', kind: 'string', usage: 'Image name to run.' },
  ],
  async run(call) {
    const { k, flags } = call;
    const { name, create } = await begin(call, nameWords(call));
    if (!flags.string('image') && !flags.string('from')) throw failure('either --image or --from must be specified');
    if (flags.string('image') && flags.string('from')) throw failure('either --image or --from must be specified');
    const made = flags.string('from')
      ? jobOf(await cronJobNamed(k, flags.string('from')), await metadataOf(call, name))
      : { metadata: await metadataOf(call, name), spec: jobSpec(call, name, 'Never') };
    return create({ kind: 'Job', apiVersion: 'batch/v1', ...made, status: {} }, 'failed to create job: ');
  },
};

export const cronJob: Command = {
  use: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  aliases: ['cj'],
  short: 'Create a cron job with the specified name',
  flags: [
    ...createFlags,
    imageFlag('string'),
    { name: 'restart', kind: 'string', usage: "Job's restart policy. supported values: OnFailure, Never" },
    { name: 'schedule', kind: 'string', required: true, usage: 'A schedule in the Cron format the job should be run with.' },
  ],
  async run(call) {
    const { flags } = call;
    const { name, create } = await begin(call, nameWords(call));
    const spec = {
      schedule: flags.string('schedule'),
      jobTemplate: { metadata: { name }, spec: jobSpec(call, name, flags.string('restart') || 'OnFailure') },
    };
    return create(
      { kind: 'CronJob', apiVersion: 'batch/v1', metadata: await metadataOf(call, name), spec, status: {} },
      'failed to create cronjob: ',
    );
  },
};

export const quota: Command = {
  use: 'quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  aliases: ['resourcequota'],
  short: 'Create a quota with the specified name',
  flags: [
    ...createFlags,
    { name: 'hard', kind: 'string', usage: 'A comma-delimited set of resource=quantity pairs that define a hard limit.' },
    {
      name: 'scopes',
      kind: 'string',
      usage: 'A comma-delimited set of quota scopes that must all match each object tracked by the quota.',
    },
  ],
  async run(call) {
    const { flags } = call;
    const { name, create } = await begin(call);
    const hard: Record<string, string> = {};
    for (const pair of flags.string('hard').split(',').filter(Boolean)) {
      const [key = '', value, ...more] = pair.split('=');
      if (value === undefined || more.length > 0) throw failure(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
      checkQuantity(value);
      hard[key] = value;
    }
    const scopes = flags.string('scopes').split(',').filter(Boolean);
    const spec = { ...(Object.keys(hard).length > 0 ? { hard } : {}), ...(scopes.length > 0 ? { scopes } : {}) };
    return create(
      { kind: 'ResourceQuota', apiVersion: 'v1', metadata: await metadataOf(call, name), spec, status: {} },
      'failed to create quota: ',
    );
  },
};

export const priorityClass: Command = {
  use: 'priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  aliases: ['pc'],
  short: 'Create a priority class with the specified name',
  flags: [
    ...createFlags,
    { name: 'description', kind: 'string', usage: 'Says when this priority class should be used.' },
    { name: 'global-default', kind: 'bool', usage: 'Whether this is the class of pods that name none.' },
    {
      name: 'preemption-policy',
      kind: 'string',
      value: 'PreemptLowerPriority',
      usage: 'Whether pods of this class may take the place of others.',
    },
    { name: 'value', kind: 'int', value: '0', usage: 'The value of this priority class.' },
  ],
  async run(call) {
    const { flags } = call;
    const { name, create } = await begin(call);
    const object = {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name },
      value: flags.int('value'),
      ...(flags.bool('global-default') ? { globalDefault: true } : {}),
      ...(flags.string('description') ? { description: flags.string('description') } : {}),
      preemptionPolicy: flags.string('preemption-policy'),
    };
    return create(object, 'failed to create priorityclass: ');
  },
};

export const podDisruptionBudget: Command = {
  use: 'poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  aliases: ['pdb'],
  short: 'Create a pod disruption budget with the specified name',
  flags: [
    ...createFlags,
    { name: 'max-unavailable', kind: 'string', usage: 'The maximum number or percentage of unavailable pods this budget requires.' },
    { name: 'min-available', kind: 'string', usage: 'The minimum number or percentage of available pods this budget requires.' },
    {
      name: 'selector',
      kind: 'string',
      usage: 'A label selector to use for this budget. Only equality-based selector requirements are supported.',
    },
  ],
  async run(call) {
    const { flags } = call;
    const { name, create } = await begin(call);
    const [least, most, selector] = [flags.string('min-available'), flags.string('max-unavailable'), flags.string('selector')];
    if (!selector) throw failure('a selector must be specified');
    if (!least === !most)
      throw failure(
        least ? 'min-available and max-unavailable cannot be both specified' : 'one of min-available or max-unavailable must be specified',
      );
    for (const flag of ['max-unavailable', 'min-available'])
      if (flags.string(flag) && !/^\d+%?$/.test(flags.string(flag))) throw failure(`invalid format specified for ${flag}`);
    const number = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);
    const matchLabels = Object.fromEntries(selector.split(',').map((pair) => pair.split(/==?/) as [string, string]));
    const spec = { ...(least ? { minAvailable: number(least) } : { maxUnavailable: number(most) }), selector: { matchLabels } };
    const object = {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: await metadataOf(call, name),
      spec,
      status: noBudgetStatus,
    };
    return create(object, 'failed to create poddisruptionbudgets: ');
  },
};

/** What Go writes of a status of which nothing is known. */
const noBudgetStatus = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
