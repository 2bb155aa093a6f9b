import type { KubeObject } from '../../kube/api';
import { patchedStrategic } from '../apply/patched';
import type { Invocation } from '../command';
import type { Kubectl } from '../kubectl';
import { containersOf } from '../pods';
import { type Fields, fieldsAt, textAt } from '../value';

/** What there is to attach to; no container when only images were changed. */
export interface Debugged {
  readonly pod: KubeObject;
  readonly container: string;
}

/** What a debugging container may do, and what the pod that debugs a node gets of it. */
export interface Profile {
  readonly security?: Fields;
  /** What a container had of its own before does not stay. */
  readonly clear?: true;
  /** Default: `security`. */
  readonly nodeSecurity?: Fields | null;
  readonly hostNamespaces?: true;
  readonly hostRoot?: true;
  /** --custom: laid over the container. */
  readonly custom?: Fields;
}

export const customised = ({ custom }: Profile, container: Fields): Fields =>
  custom ? patchedStrategic(container, custom, 'containers') : container;

export const profiles: Readonly<Record<string, Profile>> = {
  legacy: { hostNamespaces: true, hostRoot: true },
  general: { security: { capabilities: { add: ['SYS_PTRACE'] } }, nodeSecurity: null, hostNamespaces: true, hostRoot: true },
  baseline: { clear: true },
  restricted: {
    clear: true,
    security: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  },
  netadmin: { security: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }, hostNamespaces: true },
  sysadmin: { security: { privileged: true }, hostNamespaces: true, hostRoot: true },
};

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters that make no word (apimachinery's rand.String). */
export const suffix = (k: Kubectl): string =>
  Array.from({ length: 5 }, () => suffixLetters[Math.floor(k.proc.clock.random() * suffixLetters.length)]!).join('');

/** The container as the flags say it. */
export function containerOfFlags({ flags, args, dashAt }: Invocation, name: string): Fields {
  const words = dashAt < 0 ? [] : args.slice(dashAt);
  const env = pairsOf(flags.list('env'));
  return {
    name,
    image: flags.string('image'),
    ...(words.length > 0 ? { [flags.bool('arguments-only') ? 'args' : 'command']: words } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    resources: {},
    terminationMessagePolicy: 'File',
  };
}

/** `name=value` flags. */
export const pairsOf = (list: readonly string[]): { name: string; value: string }[] =>
  list.map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }));

/** The name that --container gives, or a new one, which is told. */
export async function containerName({ k, flags }: Invocation, pod: KubeObject): Promise<string> {
  let name = flags.string('container');
  if (name) return name;
  const taken = new Set(containersOf(pod).map((each) => each.name));
  do name = `debugger-${suffix(k)}`;
  while (taken.has(name));
  if (!flags.bool('quiet')) await k.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

/** Capabilities are of little use to a user who is not root. */
export async function warnOfUser(k: Kubectl, pod: KubeObject, container: Fields): Promise<void> {
  const [user, own] = [textAt(pod, 'spec', 'securityContext', 'runAsUser'), textAt(container, 'securityContext', 'runAsUser')];
  const granted = fieldsAt(container, 'securityContext').privileged ?? fieldsAt(container, 'securityContext', 'capabilities').add;
  if (!user || user === '0' || own === '0' || !granted) return;
  await k.err(
    'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n',
  );
}
