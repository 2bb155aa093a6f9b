import type { Lesson } from '../lesson';
import { parseScript, parseSteps } from '../text';
import { checks } from './checks';
import en from './en.md?raw';
import zh from './zh.md?raw';
import solution from './solution.sh?raw';
import secretEnvPod from './start/secret-env-pod.yaml?raw';
import secretPod from './start/secret-pod.yaml?raw';

export const secrets: Lesson = {
  id: 'secrets',
  title: { en: 'Secrets in Pods', zh: '在 Pod 中使用 Secret' },
  steps: { en: parseSteps(en), zh: parseSteps(zh) },
  files: [
    { path: 'secret-pod.yaml', text: secretPod },
    { path: 'secret-env-pod.yaml', text: secretEnvPod },
  ],
  tabs: ['secret-pod.yaml', 'secret-env-pod.yaml', 'username.txt', 'password.txt'],
  checks,
  solution: parseScript(solution),
};
