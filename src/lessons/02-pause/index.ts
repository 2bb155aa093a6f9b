import type { Lesson } from '../lesson';
import { parseScript, parseSteps } from '../text';
import { checks } from './checks';
import pauseSource from '../../../wasm/pause.c?raw';
import en from './en.md?raw';
import zh from './zh.md?raw';
import solution from './solution.sh?raw';
import dockerfile from './start/Dockerfile?raw';
import plainPod from './start/plain-pod.yaml?raw';
import sharedPid from './start/shared-pid.yaml?raw';

export const pause: Lesson = {
  id: 'pause',
  title: { en: 'The pause container', zh: 'pause 容器' },
  steps: { en: parseSteps(en), zh: parseSteps(zh) },
  files: [
    { path: 'shared-pid.yaml', text: sharedPid },
    { path: 'plain-pod.yaml', text: plainPod },
    { path: 'pause.c', text: pauseSource },
    { path: 'Dockerfile', text: dockerfile },
  ],
  tabs: ['shared-pid.yaml', 'pause.c', 'Dockerfile'],
  checks,
  solution: parseScript(solution),
};
