/**
 * Names of the catalog's commands that have each face. They stand here apart, since a machine's disk is laid out by
 * them before the commands' code is there; a test holds them against the catalog.
 */
export const gnuNames: readonly string[] =
  '[ arch awk base32 base64 basename cal cat chgrp chmod chown chroot cksum clear cmp column comm cp csplit curl cut date dd df diff dirname du echo egrep env envsubst expand expr factor false fgrep file find findmnt fmt fold free fuser getconf getent grep groups gunzip gzip hd head hexdump hostid hostname id install ip ipcmk ipcrm ipcs join jq kill killall last less link ln locale logname ls lscpu lsns lsof make man md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nano nc nice nl nohup nologin nproc nsenter numfmt od openssl paste pgrep pidof ping pivot_root pkill pr printenv printf ps pstree pwd pwdx readlink realpath renice reset rev rm rmdir sed seq setpriv setsid sha1sum sha256sum sha512sum shuf sleep sort split ss stat strace strings stty su sum sync sysctl tac tail tar tee telnet test time timeout top touch tput tr tree true truncate tsort tty umount uname unexpand uniq unlink unshare uptime users vi view vim vmstat w watch wc which who whoami xargs xxd yes zcat'.split(
    ' ',
  );

export const busyboxNames: readonly string[] =
  '[ [[ arch awk base64 basename cal cat chgrp chmod chown chroot cksum clear cmp comm cp cut date dd df diff dirname du echo egrep env expand expr factor false fgrep find fold free fuser getconf grep groups gunzip gzip hd head hexdump hostid hostname id ifconfig install ip ipcrm ipcs kill killall last less link ln logname ls lsof md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nc netstat nice nl nohup nproc nsenter nslookup od paste pgrep pidof ping pkill printenv printf ps pstree pwd pwdx readlink realpath renice reset rev rm rmdir route sed seq setsid sha1sum sha256sum sha512sum shuf sleep sort split stat strings stty su sum sync tac tail tar tee telnet test time timeout top touch tr true truncate tty umount uname unexpand uniq unlink unshare uptime users usleep vi w watch wc wget which who whoami xargs xxd yes zcat'.split(
    ' ',
  );
