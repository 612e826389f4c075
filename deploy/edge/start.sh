#!/bin/sh
# Begin an edge: lay its configuration, and what differs here, into one folder; become
# nginx. Settings come from the environment; secrets from files that NAME_FILE names.
set -eu
umask 077

fail() {
  echo "edge: $1" >&2
  exit 2
}

OWN=$(cd "$(dirname "$0")" && pwd)
RUN=${EDGE_RUN:-/run/edge}
CACHE=${EDGE_CACHE:-/var/cache/edge}
GATEWAY=${GATEWAY_ADDRESS:-gateway:8000}
PORT=${EDGE_PORT:-8080}
TLS_PORT=${EDGE_TLS_PORT:-8443}

mkdir -p "$RUN/here" "$RUN/empty" "$RUN/served" "$RUN/tmp" "$RUN/answers" "$CACHE" \
  || fail "EDGE_RUN ($RUN) and EDGE_CACHE ($CACHE) must be folders that may be written to"
cp "$OWN"/*.conf "$OWN"/edge.js "$RUN"

# The text of NAME, or of the file that NAME_FILE names.
read_secret() {
  eval "value=\${$1:-}; file=\${$1_FILE:-}"
  [ -n "$value$file" ] || fail "$1 or $1_FILE is missing"
  if [ -z "$value" ]; then
    value=$(tr -d '\r\n' < "$file") || fail "$1_FILE: $file cannot be read"
    [ -n "$value" ] || fail "$1_FILE: $file is empty"
  fi
  unset "$1"
  case $value in *[\\\"\$\ ]*) fail "$1 holds a character that no key of ours has" ;; esac
}
read_secret STREAM_SECRET
STREAM=$value
read_secret OBJECTS_URL
URL=$value
echo "$URL" | grep -Eq '^https?://[^:@/]+:[^@/]+@[^/?]+/[^/?]+' \
  || fail "OBJECTS_URL must be https://KEY:SECRET@HOST[:PORT]/BUCKET[?region=R&ca=FILE]"
SCHEME=${URL%%://*}
HOST=${URL#*@}
HOST=${HOST%%/*}
BUCKET=${URL#*@*/}
BUCKET=${BUCKET%%[/?]*}
case $HOST in
  *:*) OBJECTS=$HOST ;;
  *) if [ "$SCHEME" = https ]; then OBJECTS=$HOST:443; else OBJECTS=$HOST:80; fi ;;
esac
CA=$(echo "$URL" | sed -n 's/.*[?&]ca=\([^&]*\).*/\1/p')

[ "$(id -u)" != 0 ] || [ -n "${EDGE_USER:-}" ] \
  || fail "begin it as a user of its own, or name one in EDGE_USER"
{
  echo "worker_processes ${EDGE_WORKERS:-2};"
  if [ "$(id -u)" = 0 ]; then echo "user $EDGE_USER;"; fi
} > "$RUN/here/processes.conf"

cat > "$RUN/here/upstreams.conf" <<END
upstream gateway {
  server $GATEWAY max_fails=0; # the only one there is: a balancer, or itself
  keepalive 64;
  keepalive_timeout 60s; # it closes them after 75
}
END
for inner in verifier bucket; do
  rm -f "$RUN/$inner.sock" # of one that was killed
  echo "listen unix:$RUN/$inner.sock;" > "$RUN/here/$inner.conf"
done
cat >> "$RUN/here/upstreams.conf" <<END
upstream verifier {
  server unix:$RUN/verifier.sock max_fails=0;
  keepalive 16;
}
upstream bucket {
  server unix:$RUN/bucket.sock max_fails=0;
  keepalive 16;
}
upstream objects {
  server $OBJECTS max_fails=0;
  keepalive 32;
}
END

# Written as they are in an address: %2F is a slash.
decode() {
  printf '%b' "$(printf %s "$1" | sed 's/%\([0-9A-Fa-f][0-9A-Fa-f]\)/\\x\1/g')"
}
ACCESS=${URL#*://}
ACCESS=${ACCESS%%:*}
KEY=${URL#*://*:}
KEY=${KEY%%@*}
REGION=$(echo "$URL" | sed -n 's/.*[?&]region=\([^&]*\).*/\1/p')
constant() {
  printf 'map "" $%s { default "%s"; }\n' "$1" "$2"
}
{
  constant stream_secret "$STREAM"
  constant objects_scheme "$SCHEME"
  constant objects_host "$HOST"
  constant objects_bucket "$BUCKET"
  constant objects_region "${REGION:-us-east-1}"
  constant objects_access "$(decode "$ACCESS")"
  constant objects_secret "$(decode "$KEY")"
} > "$RUN/here/secrets.conf"

# Answers of checks lie in memory (RUN): a file is made for each. Bytes lie on a disk.
cat > "$RUN/here/caches.conf" <<END
proxy_cache_path $RUN/answers levels=2 keys_zone=answers:16m max_size=64m inactive=2m use_temp_path=off;
proxy_cache_path $CACHE/files levels=1:2 keys_zone=files:32m max_size=${EDGE_CACHE_SIZE:-10g} inactive=30d use_temp_path=off;
proxy_cache_path $CACHE/pages levels=1:2 keys_zone=pages:8m max_size=256m inactive=10m use_temp_path=off;
END

PROXIES=$(echo "${TRUSTED_PROXIES:-}" | tr ',' ' ')
{
  echo "real_ip_header X-Forwarded-For;"
  echo "real_ip_recursive on;"
  for proxy in $PROXIES; do echo "set_real_ip_from $proxy;"; done
  echo "geo \$realip_remote_addr \$comes_by_trusted { default 0;"
  for proxy in $PROXIES; do echo "  $proxy 1;"; done
  echo "}"
  echo "geo \$is_trusted { default 0; 127.0.0.0/8 1; ::1 1;"
  for proxy in $PROXIES; do
    case $proxy in 127.*|::1) ;; *) echo "  $proxy 1;" ;; esac
  done
  echo "}"
} > "$RUN/here/proxies.conf"

{
  echo "map \$http_origin \$allowed_origin { default \"\";"
  for origin in $(echo "${EDGE_ORIGINS:-}" | tr ',' ' '); do
    echo "$origin" | grep -Eq '^https?://[A-Za-z0-9.:-]+$' \
      || fail "EDGE_ORIGINS: '$origin' is none, as https://HOST"
    echo "  \"$origin\" \"$origin\";"
  done
  echo "}"
} > "$RUN/here/origins.conf"

if [ "$SCHEME" = https ]; then
  cat > "$RUN/here/objects_tls.conf" <<END
proxy_ssl_verify on;
proxy_ssl_verify_depth 4;
proxy_ssl_trusted_certificate ${CA:-/etc/ssl/certs/ca-certificates.crt};
proxy_ssl_server_name on;
proxy_ssl_name ${HOST%%:*};
END
else
  : > "$RUN/here/objects_tls.conf"
fi

# What is told as handed over is at most this far from being so (a client that reads on
# is slowed at 20 Mbit/s and 50 ms, four times what a lecture needs). It costs a third of
# a segment without TLS, a tenth with it. Behind a balancer it would tell nothing: that
# takes in a whole segment, whether its client reads on or not.
SEND=
[ -n "$PROXIES" ] || SEND=sndbuf=128k
if [ -n "${TLS_CERTIFICATE_FILE:-}" ]; then
  [ -r "$TLS_CERTIFICATE_FILE" ] || fail "TLS_CERTIFICATE_FILE: $TLS_CERTIFICATE_FILE cannot be read"
  [ -r "${TLS_KEY_FILE:-}" ] || fail "TLS_KEY_FILE: '${TLS_KEY_FILE:-}' cannot be read"
  cat > "$RUN/here/servers.conf" <<END
server {
  listen $PORT default_server;
  return 308 https://\$host\$request_uri;
}
server {
  listen $TLS_PORT ssl http2 default_server $SEND;
  ssl_certificate $TLS_CERTIFICATE_FILE;
  ssl_certificate_key $TLS_KEY_FILE;
  ssl_protocols TLSv1.2 TLSv1.3;
  # AES with 128 bits first: with 256 a segment costs a tenth more, and nobody breaks
  # either. Phones that have no AES of their own ask for ChaCha20 and get it.
  ssl_ciphers ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20;
  ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256;
  ssl_conf_command Options PrioritizeChaCha;
  ssl_prefer_server_ciphers on;
  ssl_session_cache shared:tls:10m;
  ssl_session_timeout 1d;
  ssl_session_tickets off;
  include server.conf;
}
END
else
  cat > "$RUN/here/servers.conf" <<END
server {
  listen $PORT default_server $SEND;
  include server.conf;
}
END
fi

nginx=$(command -v nginx || true)
exec "${nginx:-/usr/sbin/nginx}" -p "$RUN/" -c "$RUN/nginx.conf" "$@"
