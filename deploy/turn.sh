#!/bin/sh
# Starts coturn with deploy/turnserver.conf, filled in from the environment:
#   OAC_TURN_SECRET  the secret shared with the server, 32 or more letters and digits
#   PUBLIC_ADDRESS   the IPv4 address under which callers reach this machine
#   TURN_REALM       a name for the log and the credentials (default open-avatar-chat)
set -eu
umask 077

stop() {
  echo "$1" >&2
  exit 2
}

case ${OAC_TURN_SECRET:-} in
  "") stop 'OAC_TURN_SECRET is not set. Make one: openssl rand -hex 32' ;;
  *[!A-Za-z0-9]*) stop 'OAC_TURN_SECRET may hold letters and digits only. Make one: openssl rand -hex 32' ;;
esac
[ "${#OAC_TURN_SECRET}" -ge 32 ] || stop 'OAC_TURN_SECRET is shorter than 32 letters. Make one: openssl rand -hex 32'
case ${PUBLIC_ADDRESS:-} in
  "" | *[!0-9.]*) stop 'PUBLIC_ADDRESS must be the IPv4 address under which callers reach this machine.' ;;
esac
TURN_REALM=${TURN_REALM:-open-avatar-chat}
case $TURN_REALM in
  *[!A-Za-z0-9.-]*) stop 'TURN_REALM may hold letters, digits, dots and dashes only.' ;;
esac

folder=$(mktemp -d)
# Read by the shell itself: a secret on a command line could be seen by every user.
while IFS= read -r line; do
  case $line in
    *@OAC_TURN_SECRET@) line="${line%@*@}$OAC_TURN_SECRET" ;;
    *@PUBLIC_ADDRESS@) line="${line%@*@}$PUBLIC_ADDRESS" ;;
    *@TURN_REALM@) line="${line%@*@}$TURN_REALM" ;;
  esac
  printf '%s\n' "$line"
done <"$(dirname "$0")/turnserver.conf" >"$folder/turnserver.conf"
unset OAC_TURN_SECRET
exec turnserver -c "$folder/turnserver.conf"
