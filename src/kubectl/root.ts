import type { Command } from './command';
import { apply } from './verbs/apply';
import { attach } from './verbs/attach';
import { create } from './verbs/create';
import { deleteCommand } from './verbs/delete';
import { describe } from './verbs/describe';
import { exec } from './verbs/exec';
import { get } from './verbs/get';
import { logs } from './verbs/logs';
import { annotate, label } from './verbs/metadata';
import { patch } from './verbs/patch';
import { replace } from './verbs/replace';

export const root: Command = {
  use: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager',
  long: `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`,
  commands: [create, get, deleteCommand, describe, logs, attach, exec, apply, patch, replace, label, annotate],
};
