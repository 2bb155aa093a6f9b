import type { Command } from './command';
import { apply } from './verbs/apply';
import { create } from './verbs/create';
import { deleteCommand } from './verbs/delete';
import { get } from './verbs/get';

export const root: Command = {
  use: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager',
  long: `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`,
  commands: [create, get, deleteCommand, apply],
};
