import { type Command, nameOf } from './command';
import { annotate, label } from './verbs/metadata';
import { apply } from './verbs/apply';
import { attach } from './verbs/attach';
import { auth } from './verbs/auth';
import { autoscale } from './verbs/autoscale';
import { alpha } from './verbs/alpha';
import { certificate } from './verbs/certificate';
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
import { drain } from './verbs/drain';
import { kuberc } from './verbs/kuberc';
import { cordon, uncordon } from './verbs/nodes';
import { patch } from './verbs/patch';
import { plugin } from './verbs/plugin';
import { portForward } from './verbs/port-forward';
import { proxy } from './verbs/proxy';
import { replace } from './verbs/replace';
import { rollout } from './verbs/rollout';
import { run } from './verbs/run';
import { scale } from './verbs/scale';
import { set } from './verbs/set';
import { taint } from './verbs/taint';
import { top } from './verbs/top';
import { version } from './verbs/version';
import { wait } from './verbs/wait';

const built: readonly Command[] = [
  alpha, annotate, apiResources, apiVersions, apply, attach, auth, autoscale, certificate, clusterInfo, completion, config, cordon, cp, create, debug, deleteCommand, describe,
  diff, drain, edit, events, exec, explain, expose, get, kuberc, kustomize, label, logs, options, patch, portForward, proxy, replace, rollout, run, scale, set, taint, top,
  uncordon, version, wait,
]; // prettier-ignore

/** The order of `kubectl --help`, which is also that of suggestions. */
const order =
  'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion api-resources api-versions config kuberc plugin version options'.split(
    ' ',
  );
const rank = (command: Command): number => order.indexOf(nameOf(command)) + 1 || order.length + 1;

export const root: Command = {
  use: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager',
  long: `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`,
  commands: [...[...built, plugin(() => root)].sort((a, b) => rank(a) - rank(b)), helpCommand(() => root)],
};
