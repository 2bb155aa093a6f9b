import { elfStub, treeOf, type Bytes, type FlatEntry } from '../../kernel';
import type { Image } from '../../kube/runtime';
import { debianAccounts, debianGroups, groupFile, passwdFile } from '../accounts';
import { alpineTree, busyboxTree } from './alpine';
import { buildImage } from './build';
import { debianPaths } from './debian';

export { buildImage } from './build';
export { debianPaths } from './debian';

/** The compiled pause programs, by version. */
export type PausePrograms = Readonly<Record<'3.10' | '3.0', Bytes>>;

/** What every Pod's sandbox runs. */
export const sandboxImage = 'registry.k8s.io/pause:3.10';

const day = 86_400_000;
const date = (text: string): number => Date.parse(`${text}T00:00:00Z`);

function pauseImage(tag: string, program: Bytes, createdMs: number, user: string): Image {
  return buildImage({
    tags: [tag],
    tree: treeOf({ '/pause': { type: 'file', content: program, mode: 0o755 } }),
    config: { entrypoint: ['/pause'], user },
    sizeBytes: 305_911,
    createdMs,
    history: user
      ? ['ADD bin/pause-linux-amd64 /pause # buildkit', `USER ${user}`, 'ENTRYPOINT ["/pause"]']
      : ['/bin/sh -c #(nop) ADD file:bin/pause-amd64 in /pause', '/bin/sh -c #(nop)  ENTRYPOINT ["/pause"]'],
  });
}

function alpine(version: string, created: string, extra: readonly string[] = []): Image {
  const tags = [version, ...extra].map((tag) => `docker.io/library/alpine:${tag}`);
  return buildImage({
    tags,
    tree: alpineTree(version),
    config: { cmd: ['/bin/sh'] },
    sizeBytes: 1_247_511,
    createdMs: date(created),
    history: ['ADD alpine-minirootfs.tar.gz / # buildkit', 'CMD ["/bin/sh"]'],
  });
}

function busybox(version: string, created: string, extra: readonly string[] = []): Image {
  const tags = [version, ...extra].map((tag) => `docker.io/library/busybox:${tag}`);
  return buildImage({
    tags,
    tree: busyboxTree(),
    config: { cmd: ['sh'] },
    sizeBytes: 727_869,
    createdMs: date(created),
    history: ['ADD busybox.tar.xz / # buildkit', 'CMD ["sh"]'],
  });
}

/** A Debian image with one server program in it, which waits to be told to end. */
function debianServer(
  tags: readonly string[],
  program: string,
  path: string,
  created: string,
  command: readonly string[],
  sizeBytes: number,
  files: Readonly<Record<string, string>> = {},
): Image {
  const own: Record<string, FlatEntry | string> = {
    ...debianPaths(),
    ...files,
    [path]: { type: 'file', content: elfStub(program), mode: 0o755 },
  };
  return buildImage({
    tags,
    tree: treeOf(own),
    config: { cmd: command },
    sizeBytes,
    createdMs: date(created),
    history: ['# debian.sh --arch amd64 out/ bookworm', `CMD ${JSON.stringify(command)}`],
  });
}

const nginxFiles = {
  '/etc/passwd': `${passwdFile(debianAccounts)}nginx:x:101:101:nginx user:/nonexistent:/bin/false\n`,
  '/etc/group': `${groupFile(debianAccounts, 'nogroup', debianGroups)}nginx:x:101:\n`,
  '/usr/share/nginx/html/index.html':
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n<p>The web server of this Pod answers.</p>\n</body>\n</html>\n',
};

/** The versions that rollouts are usually shown with, and the present one. */
function nginx(tags: readonly string[], day: string, sizeBytes: number): Image {
  const names = tags.map((tag) => `docker.io/library/nginx:${tag}`);
  return debianServer(names, 'nginx', '/usr/sbin/nginx', day, ['nginx', '-g', 'daemon off;'], sizeBytes, nginxFiles);
}

/** A control-plane or add-on program: nothing in the image but it. */
function controlPlane(name: string, tag: string, sizeBytes: number): Image {
  return buildImage({
    tags: [`registry.k8s.io/${name}:${tag}`],
    tree: treeOf({ [`/usr/local/bin/${name.replace(/^.*\//, '')}`]: { type: 'file', content: elfStub('server'), mode: 0o755 } }),
    config: { entrypoint: [`/usr/local/bin/${name.replace(/^.*\//, '')}`] },
    sizeBytes,
    createdMs: date('2026-06-09'),
    history: ['COPY / / # buildkit', `ENTRYPOINT ["/${name}"]`],
  });
}

/** Everything the registries have. */
export function registryImages(pause: PausePrograms): Image[] {
  return [
    pauseImage(sandboxImage, pause['3.10'], date('2024-05-22'), '65535:65535'),
    ...['registry.k8s.io/pause:3.0', 'gcr.io/google_containers/pause-amd64:3.0'].map((tag) =>
      pauseImage(tag, pause['3.0'], date('2024-05-22') - 2940 * day, ''),
    ),
    alpine('3.8', '2020-01-23'),
    alpine('3.20', '2024-05-22'),
    alpine('3.22', '2025-05-30', ['3', 'latest']),
    busybox('1.28', '2018-05-22'),
    busybox('1.35', '2022-01-05'),
    busybox('1.36', '2023-01-04', ['1', 'latest']),
    nginx(['1.14.2'], '2019-03-26', 44_710_204),
    nginx(['1.16.1'], '2020-04-23', 51_030_575),
    nginx(['1.25'], '2024-04-16', 70_534_964),
    nginx(['latest', '1.29'], '2025-06-24', 72_324_501),
    debianServer(
      ['docker.io/library/debian:latest', 'docker.io/library/debian:bookworm', 'docker.io/library/debian:12'],
      'server',
      '/usr/sbin/unused',
      '2025-06-09',
      ['bash'],
      48_480_000,
    ),
    debianServer(
      ['docker.io/library/redis:latest', 'docker.io/library/redis:7'],
      'redis-server',
      '/usr/local/bin/redis-server',
      '2025-05-27',
      ['redis-server'],
      52_400_000,
    ),
    ...controlPlaneImages(),
  ];
}

/** What kube-system's pods run. */
export function controlPlaneImages(): Image[] {
  const kubernetes = 'v1.36.2';
  return [
    controlPlane('coredns/coredns', 'v1.13.1', 23_553_139),
    controlPlane('etcd', '3.6.6-0', 23_641_797),
    controlPlane('kube-apiserver', kubernetes, 27_097_113),
    controlPlane('kube-controller-manager', kubernetes, 22_822_771),
    controlPlane('kube-proxy', kubernetes, 25_788_229),
    controlPlane('kube-scheduler', kubernetes, 17_382_272),
  ];
}
