#!/bin/sh
# The first process of a container, in namespaces that unshare has made: mounts, network, relays; then the image's own
# command takes its place. Arguments: NAME=VALUE… COMMAND…
set -eu
root=$CONTAINER_ROOT
each() { printf '%s\n' "$1" | grep -v '^$' || true; }

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
each "$CONTAINER_MOUNTS" | while IFS=: read -r mode from to; do
  mkdir -p "$root$to"
  mount --bind "$from" "$root$to"
  if [ "$mode" = ro ]; then mount -o remount,bind,ro "$root$to"; fi
done

ip link set lo up
each "$CONTAINER_ADDRESSES" | while read -r address; do ip address add "$address/32" dev lo; done
if [ -n "$CONTAINER_RELAYS" ]; then
  ready=$(mktemp -u)
  mkfifo "$ready"
  # shellcheck disable=SC2086
  $CONTAINER_RELAY "$ready" $CONTAINER_RELAYS </dev/null >/dev/null 2>&1 &
  read -r _ <"$ready"
  rm "$ready"
fi

user=$CONTAINER_USER
workdir=$CONTAINER_WORKDIR
exec chroot "$root" /usr/bin/setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --bounding-set=-all \
  /usr/bin/env -i -C "$workdir" "$@"
