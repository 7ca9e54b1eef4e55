#!/bin/bash
# Starts the proxy in its container: prepares secrets and configuration, prints the links, becomes the proxy.
# Arguments of this script go to the proxy, behind its own.
#
# Environment: SECRET   1..128 secrets of 32 hex digits, separated by commas; asked for when /data/secret is missing or empty
#              TAG      proxy tag, 32 hex digits
#              WORKERS  worker processes, 2 by default
#              DEBUG    not empty: traces the commands
# Exit codes:  1 secrets, 2 download from Telegram, 3 external address, 4 internal address; then those of the proxy.
# Needs curl and ip (package iproute2).

[[ -z ${DEBUG:-} ]] || set -x

# every digit by name: ranges depend on the locale
readonly HEX32='[0123456789abcdefABCDEF]{32}'
readonly MAX_SECRETS=128
readonly SECRET_FILE=/data/secret
readonly CONFIG=/etc/telegram/backend.conf
readonly PASSWORD=/etc/telegram/hello-explorers-how-are-you-doing

fail() { # exit code, text
  echo "[F] $2"
  exit "$1"
}

# Sets secrets from $SECRET_FILE: separators are commas and white space, # starts a comment. As for the proxy itself a
# carriage return is white space.
read_secret_file() {
  local line token tokens
  [[ -f $SECRET_FILE ]] || fail 1 "Secret file '$SECRET_FILE' does not exist."
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%%#*}
    IFS=$' \t' read -r -a tokens <<< "${line//[,$'\r']/ }"
    for token in "${tokens[@]}"; do
      [[ $token =~ ^$HEX32$ ]] || fail 1 "Bad secret format in '$SECRET_FILE': '$token'. Should be 32 hex chars."
      secrets+=("${token,,}")
      ((${#secrets[@]} <= MAX_SECRETS)) ||
        fail 1 "Too many secrets in '$SECRET_FILE'. Can use between 1 and $MAX_SECRETS secrets."
    done
  done < "$SECRET_FILE"
  ((${#secrets[@]} > 0)) || fail 1 "Secret file '$SECRET_FILE' does not contain secrets."
}

# Sets secrets from the environment. Stricter than a file: one comma or newline between two secrets, nothing else.
read_secret_variable() {
  local list
  list=$(printf '%s' "$SECRET") # drops newlines at the end, which a value that was read from a file often has
  list=${list//$'\n'/,}
  if [[ ! $list =~ ^$HEX32(,$HEX32)*$ ]] || ((${#list} >= MAX_SECRETS * 33)); then
    fail 1 'Bad SECRET format: should be 32 hex chars (for 16 bytes) for every secret; secrets should be comma-separated.'
  fi
  IFS=, read -r -a secrets <<< "${list,,}"
}

# The file is the proxy's source of secrets. What cannot be written is no reason to stop: the file may be right already.
keep_secrets() {
  local joined
  joined=$(
    IFS=,
    echo "${secrets[*]}"
  )
  # a file that is right stays untouched: it may be mounted read-only
  if ! cmp -s <(echo "$joined") "$SECRET_FILE"; then
    echo "$joined" > "$SECRET_FILE"
  fi
  echo "-- --mtproto-secret-file $SECRET_FILE" > "${SECRET_FILE}_cmd"
}

# Telegram's password file is not ours to ship: mounted, or fetched once and only taken when its size can be right.
fetch_password() {
  local fresh=$PASSWORD.new size=0
  [[ ! -s $PASSWORD ]] || return 0
  (umask 077 && curl -s -f https://core.telegram.org/getProxySecret -o "$fresh") && size=$(wc -c < "$fresh")
  if ((size < 32 || size > 256)) || ! mv "$fresh" "$PASSWORD"; then
    rm -f "$fresh"
    fail 2 "Cannot download the proxy secret from Telegram servers, and $PASSWORD is missing."
  fi
}

# The address that this machine uses towards the internet.
internal_address() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^8\.8\.8\.8[[:space:]] && $line =~ src[[:space:]]+([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+) ]]; then
      echo "${BASH_REMATCH[1]}"
      return
    fi
  done < <(ip -4 route get 8.8.8.8)
}

mkdir /data 2> /dev/null
printf '####\n#### Telegram Proxy\n####\n\n'

secrets=()
# a directory has no size on some file systems
if [[ -s $SECRET_FILE || -d $SECRET_FILE ]]; then
  echo "[+] Using secrets from $SECRET_FILE."
  read_secret_file
elif [[ -n ${SECRET:-} ]]; then
  echo '[+] Using secrets from SECRET env.'
  read_secret_variable
else
  fail 1 "$SECRET_FILE is empty or missing and SECRET env var is not set."
fi
keep_secrets

tag=$(printf '%s' "${TAG:-}")
tag_option=()
if [[ -n $tag ]]; then
  echo "[+] Using the explicitly passed tag: '$TAG'."
  if [[ $tag =~ ^$HEX32$ ]]; then
    tag=${tag,,}
    tag_option=(-P "$tag")
  else
    echo '[!] Bad tag format: should be 32 hex chars (for 16 bytes).'
    echo '[!] Continuing.'
  fi
fi

curl -s https://core.telegram.org/getProxyConfig -o "$CONFIG" ||
  fail 2 'Cannot download proxy configuration from Telegram servers.'
fetch_password

external=$(curl -s -4 https://digitalresistance.dog/myIp)
internal=$(internal_address)
[[ -n $external ]] || fail 3 'Cannot determine external IP address.'
[[ -n $internal ]] || fail 4 'Cannot determine internal IP address.'

echo '[*] Final configuration:'
number=0
for secret in "${secrets[@]}"; do
  ((++number))
  link="proxy?server=$external&port=443&secret=$secret"
  echo "[*]   Secret $number: $secret"
  echo "[*]   tg:// link for secret $number auto configuration: tg://$link"
  echo "[*]   t.me link for secret $number: https://t.me/$link"
done
echo "[*]   Tag: ${tag:-no tag}"
echo "[*]   External IP: $external"
echo '[*]   Make sure to fix the links in case you run the proxy on a different port.'
echo
echo '[+] Starting proxy...'
sleep 1
exec /usr/local/bin/mtproto-proxy -p 2398 --http-stats -H 443 -M "${WORKERS:-2}" -C 60000 --aes-pwd "$PASSWORD" -u root \
  "$CONFIG" --allow-skip-dh --nat-info "$internal:$external" --mtproto-secret-file "$SECRET_FILE" "${tag_option[@]}" "$@"
