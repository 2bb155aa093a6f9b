import type { Command } from './command';
import { annotate, label } from './verbs/metadata';
import { apply } from './verbs/apply';
import { attach } from './verbs/attach';
import { auth } from './verbs/auth';
import { autoscale } from './verbs/autoscale';
import { clusterInfo } from './verbs/cluster-info';
import { completion } from './verbs/completion';
import { config } from './verbs/config';
import { cp } from './verbs/cp';
import { create } from './verbs/create';
import { deleteCommand } from './verbs/delete';
import { describe } from './verbs/describe';
import { debug } from './verbs/debug';
import { diff } from './verbs/diff';
import { apiResources, apiVersions } from './verbs/discovery';
import { edit } from './verbs/edit';
import { events } from './verbs/events';
import { explain } from './verbs/explain';
import { expose } from './verbs/expose';
import { exec } from './verbs/exec';
import { get } from './verbs/get';
import { helpCommand, options } from './verbs/help';
import { kustomize } from './verbs/kustomize';
import { logs } from './verbs/logs';
import { cordon, taint, uncordon } from './verbs/nodes';
import { patch } from './verbs/patch';
import { replace } from './verbs/replace';
import { rollout } from './verbs/rollout';
import { run } from './verbs/run';
import { scale } from './verbs/scale';
import { set } from './verbs/set';
import { top } from './verbs/top';
import { unavailableCommands } from './verbs/unavailable';
import { version } from './verbs/version';
import { wait } from './verbs/wait';

const built: readonly Command[] = [
  annotate, apiResources, apiVersions, apply, attach, auth, autoscale, clusterInfo, completion, config, cordon, cp, create, debug, deleteCommand, describe,
  diff, edit, events, exec, explain, expose, get, kustomize, label, logs, options, patch, replace, rollout, run, scale, set, taint, top,
  uncordon, version, wait,
]; // prettier-ignore

/** The order of `kubectl --help`, which is also that of suggestions. */
const order =
  'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion api-resources api-versions config kuberc plugin version options'.split(
    ' ',
  );
const rank = (command: Command): number => order.indexOf(command.use.split(' ')[0]!);

export const root: Command = {
  use: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager',
  long: `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`,
  commands: [...[...built, ...unavailableCommands].sort((a, b) => rank(a) - rank(b)), helpCommand(() => root)],
};
