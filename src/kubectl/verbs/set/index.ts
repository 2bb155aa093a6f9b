import type { Command } from '../../command';
import { setEnv } from './env';
import { setImage } from './image';
import { setResources } from './resources';
import { setSelector } from './selector';
import { setServiceAccount } from './serviceaccount';
import { setSubject } from './subject';

export const set: Command = {
  use: 'set SUBCOMMAND',
  short: 'Set specific features on objects',
  group: 'beginner',
  long: `Configure application resources.

 These commands help you make changes to existing application resources.`,
  commands: [setEnv, setImage, setResources, setSelector, setServiceAccount, setSubject],
};
