import type { Command } from '../../command';
import { usageError } from '../../errors';
import { changeCommands } from './change';
import { history } from './history';
import { status } from './status';
import { undo } from './undo';

export const rollout: Command = {
  use: 'rollout SUBCOMMAND',
  short: 'Manage the rollout of a resource',
  group: 'deploy',
  long: `Manage the rollout of one or many resources.

 Valid resource types are deployments, daemonsets and statefulsets.`,
  example: `  # Roll back to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  
  # Restart a deployment
  kubectl rollout restart deployment/abc
  
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx`,
  async run({ k, args, path, help }) {
    if (args.length > 0) throw usageError(path, `unknown command "${args.join(' ')}"`);
    await k.out(help());
    return 1;
  },
  commands: [...changeCommands, history, status, undo].sort((a, b) => (a.use < b.use ? -1 : 1)),
};
