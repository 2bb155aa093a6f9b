import type { Command } from '../../command';
import { currentContext, deleteContext, getContexts, renameContext, setContext, useContext } from './contexts';
import { deleteCluster, deleteUser, getClusters, getUsers, setCluster, setCredentials } from './entries';
import { setProperty, unsetProperty } from './properties';
import { view } from './view';

export const config: Command = {
  use: 'config SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 The file is the one of --kubeconfig, else those of $KUBECONFIG taken together, else \${HOME}/.kube/config.`,
  group: 'other',
  commands: [
    currentContext, deleteCluster, deleteContext, deleteUser, getClusters, getContexts, getUsers, renameContext, setProperty, setCluster, setContext,
    setCredentials, unsetProperty, useContext, view,
  ], // prettier-ignore
};
