import type { Container, NodeFiles, Runtime } from '../runtime';

const directory = '/var/log/containers';

/** `pod_namespace_container-ID.log`, as collectors of logs look for them. */
function linkOf({ id, config }: Container): string | undefined {
  const { labels, name, logPath } = config;
  const [pod, namespace] = [labels['io.kubernetes.pod.name'], labels['io.kubernetes.pod.namespace']];
  if (pod === undefined || namespace === undefined || !logPath.startsWith('/var/log/pods/')) return undefined;
  return `${directory}/${pod}_${namespace}_${name}-${id}.log`;
}

/** Symbolic links in /var/log/containers to the logs in /var/log/pods, for as long as those are there. */
export class LogLinks {
  readonly stop: () => void;

  constructor(runtime: Runtime, files: NodeFiles) {
    files.makeDirectory(directory);
    this.stop = runtime.onEvent((event) => {
      if (event.type !== 'container-started' && event.type !== 'container-removed') return;
      const path = linkOf(event.container);
      if (path === undefined) return;
      if (event.type === 'container-started') files.link(event.container.config.logPath, path);
      else void files.remove(path);
    });
  }
}
