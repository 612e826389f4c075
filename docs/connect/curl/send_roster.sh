#!/usr/bin/env bash
# Send a roster to Biyong over HTTPS with curl, and print what became of each row.
#
# BIYONG_URL=https://HOST BRANCH=ID API_KEY=... bash send_roster.sh KEY roster.csv
#
# KEY is yours, and new for each roster: sent again with the same rows, it is one roster.
# Ends with 0: all rows taken, 1: some are not, 2: refused or not sent, 3: no answer.
set -euo pipefail
key=$1 file=$2
branch=$BIYONG_URL/api/enrollment/branches/$BRANCH
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

ask() { # the status; what came lies in $answer
  curl --silent --show-error --max-time 30 --output "$answer" --write-out '%{http_code}' \
    --config <(echo "header = \"Authorization: Bearer $API_KEY\"") "$@" || true
}

# A row of the CSV becomes an object; cells without quotes, backslashes or commas.
rows=$(awk -F, '
  { sub(/\r$/, "") }
  NR == 1 { sub(/^\xef\xbb\xbf/, ""); count = split($0, heads, ","); next }
  {
    printf "%s{\"row\":%d", (NR > 2 ? "," : ""), NR
    for (i = 1; i <= count; i++) printf ",\"%s\":\"%s\"", heads[i], $i
    printf "}"
  }' "$file")
event='{"specversion":"1.0","id":"'$key'","source":"/branch.'$BRANCH'",
  "type":"branch.roster.sent.v1",
  "data":{"roster_id":"'$key'","key":"'$key'","rows":['$rows']}}'

status=$(printf '%s' "$event" | ask --data-binary @- \
  --header 'Content-Type: application/cloudevents+json' "$branch/events")
case $status in
  200 | 202) ;;
  429 | 5?? | 000) echo "no answer yet ($status): send $key again later" >&2; exit 3 ;;
  *) echo "refused $status $(cat "$answer")"; exit 2 ;;
esac

for _ in $(seq 60); do # once a second: a chunk is decided in about one
  status=$(ask "$branch/chunks/$key")
  if [ "$status" = 200 ]; then
    grep -Eo '"row": ?[0-9]+, ?"outcome": ?"[^"]*"(, ?"(reason|detail)": ?"[^"]*")*' "$answer" |
      sed -E 's/"(row|outcome|reason|detail)": ?//g; s/[",]+/ /g; s/ +/ /g'
    if grep -Eq '"outcome": *"rejected"' "$answer"; then exit 1; fi
    exit 0
  fi
  sleep 1
done
echo "no answer yet: send $key again, or ask later" >&2
exit 3
