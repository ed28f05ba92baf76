#!/usr/bin/env bash
# After the code: waits for the app, subscribes it to Event Grid, and tries from outside that what must be shut is shut.
. "$(dirname "$0")/common.sh"
: "${AZURE_RESOURCE_GROUP:?}" "${siteName:?}" "${hostName:?}" "${vaultName:?}" "${documentsAccountName:?}" "${topicName:?}" "${deadLetterContainer:?}"

scheme=https

# status PATH [CURL'S OPTIONS]: what an outsider's request is answered with.
status() {
  curl --silent --output /dev/null --max-time 60 --write-out '%{http_code}' "${@:2}" "$scheme://$hostName$1" || true
}

step "Waiting for the app"
for attempt in $(seq 30); do
  [ "$(status /api/health)" != 200 ] || break
  [ "$attempt" -lt 30 ] || fail "https://$hostName/api/health does not answer 200. docs/deployment.md says where to look."
  sleep 10
done
echo "It answers: $(curl --silent --max-time 60 "https://$hostName/api/health")"

step "Event Grid to SendDocument"
# The key in the subscription's address is made by the host, a moment after it first ran the trigger.
again az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name hazchem-events \
  --template-file "$(dirname "$0")/events.bicep" --output none \
  --parameters siteName="$siteName" documentsAccountName="$documentsAccountName" topicName="$topicName" deadLetterContainer="$deadLetterContainer" ||
  fail "Event Grid did not take the subscription. Files are sent by the sweep until it does; run this again."

step "Trying it from outside"
faults=0
# expect WHAT PATH CODES [CURL'S OPTIONS]
expect() {
  local got
  got=$(status "$2" "${@:4}")
  if [[ " $3 " == *" $got "* ]]; then
    echo "ok: $1: $got"
  else
    echo "WRONG: $1: $got instead of $3" >&2
    faults=$((faults + 1))
  fi
}
expect "health, for everybody" /api/health "200"
expect "the API without a key" /api/v1/status "401"
expect "the API with a wrong key" /api/v1/status "401" --header "x-functions-key: wrong"
expect "the web page without a sign-in" /api/portal/ "302 401"
expect "what the web page asks, without a sign-in" /api/portal/v1/status "302 401"
expect "a browser's made-up sign-in" /api/portal/v1/status "302 401" --header "X-MS-CLIENT-PRINCIPAL-NAME: somebody"
expect "the trigger by its name" /SendDocument "302 401 403 404" --request POST --data '{}'
expect "the trigger through /api" /api/SendDocument "302 401 403 404" --request POST --data '{}'
expect "the host's administration without a key" /admin/functions "302 401 403"
expect "the webhook without its key" "/runtime/webhooks/blobs?functionName=Host.Functions.SendDocument" "401" --request POST --data '[]'
scheme=http
expect "plain HTTP" /api/health "301 302 307 308"
[ "$faults" -eq 0 ] || fail "$faults of these are wrong. Strangers may get in: look at it now."

echo
echo "Done. The web page is https://$hostName/api/portal/, for people who are assigned to the app registration."
echo "The app is $siteName, and its vault $vaultName."
