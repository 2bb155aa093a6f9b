/** Whole manifests to begin with. */
export const snippets = [
  {
    label: 'Secret',
    detail: 'A Secret with a name and a password',
    insert: `apiVersion: v1
kind: Secret
metadata:
  name: admin-access
type: Opaque
stringData:
  username: admin
  password: change-me
`,
  },
  {
    label: 'Pod',
    detail: 'A Pod that mounts a Secret as files',
    insert: `apiVersion: v1
kind: Pod
metadata:
  name: secret-pod
spec:
  restartPolicy: Never
  containers:
  - name: app
    image: alpine:3.8
    command: ["sh", "-c", "cd /etc/foo && grep . *"]
    volumeMounts:
    - name: creds
      mountPath: /etc/foo
      readOnly: true
  volumes:
  - name: creds
    secret:
      secretName: admin-access
      defaultMode: 0440
`,
  },
] as const;
