import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import { equal, type Fields, listAt } from '../../value';
import { changeObjects, objectsOf, reportingOf, setFlags } from './change';

const group = 'rbac.authorization.k8s.io';

function subjectsOf({ flags }: Invocation): Fields[] {
  const accounts = flags.list('serviceaccount').map((account) => {
    const [namespace, name, ...more] = account.split(':');
    if (!namespace || !name || more.length > 0) throw failure('serviceaccount must be <namespace>:<name>');
    return { kind: 'ServiceAccount', namespace, name };
  });
  return [
    ...flags.list('user').map((name) => ({ kind: 'User', apiGroup: group, name })),
    ...flags.list('group').map((name) => ({ kind: 'Group', apiGroup: group, name })),
    ...accounts,
  ];
}

export const setSubject: Command = {
  use: 'subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  example: `  # Bind a service account too
  kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1
  
  # Bind users and a group
  kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1`,
  flags: [
    ...setFlags,
    { name: 'group', kind: 'slice', usage: 'Groups to bind to the role' },
    { name: 'serviceaccount', kind: 'slice', usage: 'Service accounts to bind to the role' },
    { name: 'user', kind: 'slice', usage: 'Usernames to bind to the role' },
  ],
  async run(call) {
    const { args, flags } = call;
    const reporting = await reportingOf(call);
    const found = await objectsOf(call, args);
    if (['user', 'group', 'serviceaccount'].every((flag) => flags.list(flag).length === 0))
      throw failure('you must specify at least one value of user, group or serviceaccount');
    const added = subjectsOf(call);
    const wording = { done: 'subjects updated', refused: 'failed to patch subjects to rolebinding:', named: true };
    return changeObjects(call, reporting, found, wording, (object) => {
      if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding')
        throw failure('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      const subjects = [...listAt(object, 'subjects')];
      for (const subject of added) if (!subjects.some((other) => equal(other, subject))) subjects.push(subject);
      return { ...object, subjects } as typeof object;
    });
  },
};
