import type { Command } from '../command';
import { failure } from '../errors';

/** Commands of kubectl that this sandbox does not have: listed, and saying so when run. */
function unavailable(name: string, group: string, short: string): Command {
  return {
    use: name,
    group,
    short,
    long: `${short}.\n\n This command is not part of the sandbox.`,
    run: () => Promise.reject(failure(`"kubectl ${name}" is not available in this sandbox`)),
  };
}

export const unavailableCommands: readonly Command[] = [
  unavailable('rollout', 'deploy', 'Manage the rollout of a resource'),
  unavailable('autoscale', 'deploy', 'Auto-scale a deployment, replica set, stateful set, or replication controller'),
  unavailable('certificate', 'cluster', 'Modify certificate resources'),
  unavailable('drain', 'cluster', 'Drain node in preparation for maintenance'),
  unavailable('port-forward', 'trouble', 'Forward one or more local ports to a pod'),
  unavailable('proxy', 'trouble', 'Run a proxy to the Kubernetes API server'),
  unavailable('kuberc', 'other', 'Manage kuberc configuration files'),
  unavailable('plugin', 'other', 'Provides utilities for interacting with plugins'),
];
