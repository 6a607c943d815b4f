#!/bin/sh
# Run a command as a container of the chart does: a root that is read-only but for the folders of
# the pod, no rights, and only the environment that it is given. Needs root, to mount.
#
#   unshare --mount pod.sh ROOT MODELS KEYS REPOSITORY NAME=VALUE... COMMAND...
#
# Whatever is mounted is seen by this process and its children alone, and goes with them.
set -eu
root=$1 models=$2 keys=$3 repository=$4
shift 4
mount --make-rprivate /
mount -t tmpfs tmpfs "$root"
for folder in /usr /bin /lib /lib64 /root; do
    if [ -L "$folder" ]; then
        cp -P "$folder" "$root$folder"
    elif [ -d "$folder" ]; then
        mkdir -p "$root$folder"
        mount --bind "$folder" "$root$folder"
        mount -o remount,bind,ro "$root$folder"
    fi
done
mkdir -p "$root/etc/swaddle/keys" "$root/models" "$root/work/tmp" "$root/proc" "$root/dev" "$root/tmp"
cp /etc/passwd /etc/group /etc/hosts /etc/ld.so.cache "$root/etc/"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount --bind "$models" "$root/models"
mount -o remount,bind,ro "$root/models"
mount --bind "$keys" "$root/etc/swaddle/keys"
mount -o remount,bind,ro "$root/etc/swaddle/keys"
mount -t tmpfs tmpfs "$root/work"
mkdir -p "$root/work/tmp" "$root$repository"
mount --bind "$repository" "$root$repository"
mount -o remount,bind,ro "$root$repository"
mount -o remount,ro "$root"
exec chroot "$root" setpriv --bounding-set=-all --inh-caps=-all --no-new-privs env -i "$@"
