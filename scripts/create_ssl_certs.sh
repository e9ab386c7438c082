#!/usr/bin/env bash
# Makes the certificate that lets other devices open the page over https, where browsers allow the microphone.
#
#   scripts/create_ssl_certs.sh [folder]      default: ssl_certs of this project
#
# The first run makes a certificate authority (CA) of your own; every run makes a new certificate with it. The CA may
# only vouch for this machine's names and for private addresses (name constraints, RFC 5280, section 4.2.1.10), so a
# stolen CA key does not open your bank's door to anyone. The server never reads the CA's key.
set -euo pipefail
umask 077

CA_DAYS=3650
# Browsers refuse public certificates that last longer than 398 days.
LEAF_DAYS=397
MAKER="Open Avatar Chat"

stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

case "$#${1:-}" in
  0 | 1[!-]*) ;;
  *) stop "Usage: scripts/create_ssl_certs.sh [folder]" ;;
esac
command -v openssl >/dev/null || stop "openssl is not installed. Install it, for example: sudo apt install openssl"
folder=${1:-$(dirname "${BASH_SOURCE[0]}")/../ssl_certs}
mkdir -p "$folder" || stop "The folder \"$folder\" cannot be made."
cd "$folder"
folder=$(pwd)

# Everything is made here and moved into place when it is whole.
work=$(mktemp -d "$folder/.making.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Names by which other devices may know this machine, one a line.
names() {
  local short full
  short=$(uname -n | tr '[:upper:]' '[:lower:]')
  full=$(hostname -f 2>/dev/null | tr '[:upper:]' '[:lower:]' || true)
  printf '%s\n' localhost "$short" "${short%%.*}.local" "$full" |
    { grep -E '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' || true; } | awk '!seen[$0]++'
}

# Addresses of this machine, one a line: every IPv4 address, and the IPv6 addresses of a private network (fc00::/7).
# Other IPv6 addresses change from day to day or cannot stand in a browser's address line.
addresses() {
  printf '%s\n' 127.0.0.1 ::1
  if command -v ip >/dev/null; then
    ip -o addr show scope global | awk '{ sub("/.*", "", $4); print $4 }'
  elif command -v ifconfig >/dev/null; then
    ifconfig | awk '$1 == "inet" || $1 == "inet6" { sub("addr:", "", $2); sub("[%/].*", "", $2); print $2 }'
  else
    hostname -I 2>/dev/null | tr ' ' '\n' || true
  fi | { grep -iE '^[0-9]+\.|^f[cd][0-9a-f]{2}:' || true; } | awk '!/^127\./ && !seen[$0]++'
}

is_private() {
  case $1 in
    10.* | 127.* | 192.168.* | 169.254.* | *:*) true ;;
    172.*) [[ $1 =~ ^172\.(1[6-9]|2[0-9]|3[01])\. ]] ;;
    100.*) [[ $1 =~ ^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\. ]] ;;
    *) false ;;
  esac
}

# What the CA may vouch for.
constraints() {
  local name address
  for name in $(names) local lan home.arpa internal; do printf 'permitted;DNS:%s\n' "$name"; done
  printf 'permitted;IP:%s\n' 10.0.0.0/255.0.0.0 172.16.0.0/255.240.0.0 192.168.0.0/255.255.0.0 \
    100.64.0.0/255.192.0.0 169.254.0.0/255.255.0.0 127.0.0.0/255.0.0.0 \
    fc00::/fe00:: ::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
  for address in $(addresses); do
    is_private "$address" || printf 'permitted;IP:%s/255.255.255.255\n' "$address"
  done
}

joined() { paste -s -d, -; }

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out "$1"; }

make_ca() {
  new_key "$work/ca.key"
  cat >"$work/ca.cnf" <<EOF
[req]
prompt = no
distinguished_name = subject
x509_extensions = extensions
[subject]
O = $MAKER
CN = $MAKER CA of $(uname -n | cut -c 1-40)
[extensions]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical,$(constraints | joined)
EOF
  openssl req -x509 -new -sha256 -config "$work/ca.cnf" -key "$work/ca.key" -days "$CA_DAYS" \
    -set_serial "0x$(openssl rand -hex 16)" -out "$work/ca.crt"
  chmod 644 "$work/ca.crt"
  mv "$work/ca.key" "$work/ca.crt" .
}

START_ANEW="To begin anew with another CA: rm \"$folder/ca.crt\" \"$folder/ca.key\", then run this again and trust the new ca.crt on every device."

check_ca() {
  if ! [ -r ca.crt ] || ! [ -r ca.key ]; then
    stop "Of the CA in \"$folder\" only one of ca.crt and ca.key can be read; both are needed." "$START_ANEW"
  fi
  [ "$(openssl x509 -in ca.crt -noout -pubkey 2>&1)" = "$(openssl pkey -in ca.key -passin pass: -pubout 2>&1)" ] ||
    stop "\"$folder/ca.key\" is not the key of \"$folder/ca.crt\"." "$START_ANEW"
  openssl x509 -in ca.crt -noout -checkend $((LEAF_DAYS * 86400)) >/dev/null ||
    stop "The CA in \"$folder\" ends in less than $LEAF_DAYS days." "$START_ANEW"
}

make_leaf() {
  new_key "$work/localhost.key"
  openssl req -new -sha256 -key "$work/localhost.key" -subj "/O=$MAKER/CN=$(uname -n | cut -c 1-60)" -out "$work/leaf.csr"
  {
    echo "basicConstraints = critical,CA:FALSE"
    echo "keyUsage = critical,digitalSignature"
    echo "extendedKeyUsage = serverAuth"
    echo "subjectKeyIdentifier = hash"
    echo "authorityKeyIdentifier = keyid:always"
    echo "subjectAltName = $({ names | sed 's/^/DNS:/'; addresses | sed 's/^/IP:/'; } | joined)"
  } >"$work/leaf.cnf"
  openssl x509 -req -sha256 -in "$work/leaf.csr" -CA ca.crt -CAkey ca.key -days "$LEAF_DAYS" \
    -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/leaf.cnf" -out "$work/localhost.crt" 2>"$work/log" ||
    stop "The certificate could not be made: $(cat "$work/log")"
  openssl verify -x509_strict -CAfile ca.crt "$work/localhost.crt" >"$work/log" 2>&1 ||
    stop "The CA in \"$folder\" may not vouch for this machine's names and addresses of today: $(names | joined),$(addresses | joined)." \
      "$START_ANEW"
  chmod 644 "$work/localhost.crt"
  mv "$work/localhost.key" "$work/localhost.crt" .
}

if [ -e localhost.crt ] && ! openssl x509 -in localhost.crt -noout -issuer 2>/dev/null | grep -q "$MAKER"; then
  stop "\"$folder/localhost.crt\" was not made by this script and is left as it is. Move it and localhost.key away first."
fi
if [ -e ca.crt ] || [ -e ca.key ]; then
  check_ca
  made="The CA was kept, the certificate is new. Devices that trust the CA need nothing."
else
  make_ca
  made="A CA and a certificate were made."
fi
make_leaf

cat <<EOF
$made

In $folder:
  localhost.crt   the certificate, until $(openssl x509 -in localhost.crt -noout -enddate | cut -d= -f2)
  localhost.key   its key
  ca.crt          the CA, until $(openssl x509 -in ca.crt -noout -enddate | cut -d= -f2); this is what devices trust
  ca.key          the CA's key: give it to nobody; a copy in a safe place does no harm

Names and addresses: $(names | joined),$(addresses | joined)
Fingerprint of ca.crt (SHA-256):
  $(openssl x509 -in ca.crt -noout -fingerprint -sha256 | cut -d= -f2)

A running server uses the new certificate within a quarter of a minute. Run this again when the certificate ends, or
when this machine has got another address.

To make a device trust it, take ca.crt to it (by USB, by mail, or from the page's settings) and check its fingerprint:
  Android        Settings > Security > More > Encryption and credentials > Install a certificate > CA certificate
  iPhone, iPad   open the file, Settings > General > VPN & Device Management > install; then Settings > General >
                 About > Certificate Trust Settings > switch it on
  Windows        double-click, Install Certificate > Local Machine > Trusted Root Certification Authorities
  macOS          double-click, then in Keychain Access: Get Info > Trust > Always Trust
  Linux          Chrome: chrome://certificate-manager > Custom > Installed by you > Import
  Firefox        Settings > Privacy & Security > View Certificates > Authorities > Import
EOF
