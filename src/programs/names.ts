/**
 * Names of the catalog's commands that have each face. They stand here apart, since a machine's disk is laid out by
 * them before the commands' code is there; a test holds them against the catalog.
 */
export const gnuNames: readonly string[] =
  '[ arch awk base64 basename cat chgrp chmod chown chroot cksum clear cmp column comm cp curl cut date dd df diff dirname du echo egrep env expand expr false fgrep file find findmnt fold free getconf grep groups gunzip gzip hd head hexdump hostname id install ip ipcmk ipcrm ipcs jq kill killall less link ln logname ls lsns man md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nano nice nl nohup nologin nproc nsenter od openssl paste pgrep pidof pivot_root pkill printenv printf ps pstree pwd pwdx readlink realpath renice reset rev rm rmdir sed seq setpriv setsid sha1sum sha256sum sha512sum shuf sleep sort split stat strace strings stty su sum sync sysctl tac tail tar tee test time timeout top touch tr true truncate tty umount uname uniq unlink unshare uptime vi view vim watch wc which whoami xargs xxd yes zcat'.split(
    ' ',
  );

export const busyboxNames: readonly string[] =
  '[ [[ arch awk base64 basename cat chgrp chmod chown chroot cksum clear cmp comm cp cut date dd df diff dirname du echo egrep env expand expr false fgrep find fold free getconf grep groups gunzip gzip hd head hexdump hostname id ifconfig install ip ipcrm ipcs kill killall less link ln logname ls md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nice nl nohup nproc nsenter nslookup od paste pgrep pidof pkill printenv printf ps pstree pwd pwdx readlink realpath renice reset rev rm rmdir sed seq setsid sha1sum sha256sum sha512sum shuf sleep sort split stat strings stty su sum sync tac tail tar tee test time timeout top touch tr true truncate tty umount uname uniq unlink unshare uptime usleep vi watch wc wget which whoami xargs xxd yes zcat'.split(
    ' ',
  );
