import type { Command } from '../command';
import { failure, usageError } from '../errors';

/** Commands of kubectl that this sandbox does not have: listed, and saying so when run. `usage`: what kubectl says without arguments. */
function unavailable(name: string, group: string, short: string, usage?: string): Command {
  return {
    use: name,
    group,
    short,
    long: `${short}.\n\n This command is not part of the sandbox.`,
    run({ args, path }) {
      if (args.length === 0 && usage) throw usageError(path, usage);
      throw failure(`"kubectl ${name}" is not available in this sandbox`);
    },
  };
}

export const unavailableCommands: readonly Command[] = [
  unavailable('certificate', 'cluster', 'Modify certificate resources'),
  unavailable('drain', 'cluster', 'Drain node in preparation for maintenance', 'USAGE: drain NODE [flags]'),
  unavailable(
    'port-forward',
    'trouble',
    'Forward one or more local ports to a pod',
    'TYPE/NAME and list of ports are required for port-forward',
  ),
  unavailable('proxy', 'trouble', 'Run a proxy to the Kubernetes API server'),
  unavailable('kuberc', 'other', 'Manage kuberc configuration files'),
  unavailable('plugin', 'other', 'Provides utilities for interacting with plugins'),
];
