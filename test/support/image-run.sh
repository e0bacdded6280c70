#!/bin/sh
# Starts a program as a container engine would under the restricted pod security standard: over a
# read-only root, as a user without rights. The caller has made the namespaces, so that the mounts
# here are seen by nobody else, and the program becomes process 1.
#   image-run.sh ROOT USER GROUP DIRECTORY PROGRAM [ARGUMENT…]
set -eu
root=$1 user=$2 group=$3 directory=$4
shift 4
mkdir -p "$root/proc" "$root/dev"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec setpriv --clear-groups --no-new-privs \
  unshare --root "$root" --wd "$directory" --setuid "$user" --setgid "$group" -- "$@"
