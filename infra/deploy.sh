#!/usr/bin/env bash
# Deploys everything: what infra/ describes, Hazchem's keys, the code, Event Grid's subscription; then tries it. It can be run
# again at any time: what is as it should be stays. docs/deployment.md goes through it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
  cat <<'END'
infra/deploy.sh --resource-group GROUP --parameters FILE [options]

  --resource-group GROUP    the resource group, which is there already
  --parameters FILE         a copy of infra/main.bicepparam with your values
  --keys-from FILE          Hazchem's keys, a line CODE=KEY each; without it, a key that is missing is asked for
                            on the terminal, and a run without a terminal goes on and says which is missing
  --portal-client-id ID     the app registration that people sign in with; without it, one is found or made
  --package FILE            deploys this package instead of building one
  --keep-package FILE       keeps the package that was built, to go back to
  --what-if                 shows what would change, and ends
  --yes                     does not ask before it changes anything
  --help                    this text

Needs the Azure CLI, signed in (az login), the .NET SDK, Node.js and curl.
END
}

fail() {
  echo "deploy.sh: $*" >&2
  exit 1
}

refuse() {
  echo "deploy.sh: $*" >&2
  echo "Try infra/deploy.sh --help." >&2
  exit 2
}

step() {
  echo
  echo "==> $*"
}

group='' parameters='' keys_from='' portal_client_id='' package='' keep_package='' what_if='' yes=''
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    --what-if)
      what_if=1
      shift
      continue
      ;;
    --yes)
      yes=1
      shift
      continue
      ;;
    --resource-group) target=group ;;
    --parameters) target=parameters ;;
    --keys-from) target=keys_from ;;
    --portal-client-id) target=portal_client_id ;;
    --package) target=package ;;
    --keep-package) target=keep_package ;;
    *) refuse "$1 is no option." ;;
  esac
  [ $# -ge 2 ] || refuse "$1 needs a value."
  printf -v "$target" '%s' "$2"
  shift 2
done

[ -n "$group" ] || refuse "--resource-group is missing."
[ -n "$parameters" ] || refuse "--parameters is missing."
[ -f "$parameters" ] || refuse "There is no file $parameters."
[ -z "$keys_from" ] || [ -f "$keys_from" ] || refuse "There is no file $keys_from."
[ -z "$package" ] || [ -f "$package" ] || refuse "There is no file $package."
for program in az dotnet node curl; do
  command -v "$program" >/dev/null || fail "$program is not installed."
done
az account show --output none || fail "Sign in first: az login."

work=$(mktemp -d)
chmod 700 "$work"
trap 'rm -rf "$work"' EXIT

location=$(az group show --name "$group" --query location --output tsv) ||
  fail "There is no resource group $group. Make it: az group create --name $group --location uksouth"

# A value of the last deployment, or nothing where there was none.
deployed() {
  az deployment group show --resource-group "$group" --name hazchem --query "properties.outputs.$1.value" --output tsv 2>/dev/null || true
}

# again COMMAND...: for some minutes, since a role that was just given, or a key that the host is making, takes as long.
again() {
  local attempt
  for attempt in $(seq 10); do
    if "$@"; then
      return 0
    fi
    [ "$attempt" -lt 10 ] || return 1
    echo "Once more in 30 seconds." >&2
    sleep 30
  done
}

az bicep build-params --file "$parameters" --outfile "$work/parameters.json"
runtime=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).parameters.runtime?.value ?? "custom"' "$work/parameters.json")
versions='sku.functionAppConfigProperties.runtime.version'
case $runtime in
  custom)
    version="[0].$versions"
    publish=(-p:FunctionsRuntime=custom)
    ;;
  dotnet-isolated)
    # The app is built for one version of .NET.
    version="[?$versions=='10.0'] | [0].$versions"
    publish=(-p:FunctionsRuntime=isolated)
    ;;
  *) fail "The parameter runtime is $runtime, and must be custom or dotnet-isolated." ;;
esac

step "Asking Azure for the version of the runtime named $runtime in $location"
HAZCHEM_RUNTIME_VERSION=$(az functionapp list-flexconsumption-runtimes --location "$location" --runtime "$runtime" \
  --query "$version" --output tsv)
[ -n "$HAZCHEM_RUNTIME_VERSION" ] || fail "Flex Consumption has no runtime named $runtime in $location that the app is built for."
export HAZCHEM_RUNTIME_VERSION
echo "$HAZCHEM_RUNTIME_VERSION"

step "The app registration that people sign in with"
registration="Hazchem documents ($group)"
if [ -z "$portal_client_id" ]; then
  portal_client_id=$(az ad app list --filter "displayName eq '$registration'" --query "[0].appId" --output tsv)
fi
echo "${portal_client_id:-There is none yet.}"
# What-if is of a registration that will be there.
HAZCHEM_PORTAL_CLIENT_ID=${portal_client_id:-00000000-0000-0000-0000-000000000000}
export HAZCHEM_PORTAL_CLIENT_ID

step "What would change"
az deployment group what-if --resource-group "$group" --name hazchem --parameters "$parameters"
[ -z "$what_if" ] || exit 0
if [ -z "$yes" ]; then
  [ -t 0 ] || fail "Nobody is there to ask. Look at the above, and give --yes."
  read -r -p "Go on? [y/N] " answer
  [ "$answer" = y ] || [ "$answer" = Y ] || fail "Nothing was changed."
fi

if [ -z "$portal_client_id" ]; then
  step "Registering the app that people sign in with"
  portal_client_id=$(az ad app create --display-name "$registration" --sign-in-audience AzureADMyOrg \
    --enable-id-token-issuance true --query appId --output tsv)
  HAZCHEM_PORTAL_CLIENT_ID=$portal_client_id
  echo "$portal_client_id"
fi

step "Deploying infra/"
az deployment group create --resource-group "$group" --name hazchem --parameters "$parameters" --output none
site=$(deployed siteName)
host=$(deployed hostName)
vault=$(deployed vaultName)
identity=$(deployed identityPrincipalId)
echo "https://$host"

step "Letting the app sign people in as itself"
# By the identity's token instead of a secret, which nobody has to keep or renew.
if az ad app update --id "$portal_client_id" --web-redirect-uris "https://$host/.auth/login/aad/callback"; then
  az ad sp show --id "$portal_client_id" --output none 2>/dev/null || az ad sp create --id "$portal_client_id" --output none
  # Only who is assigned comes in, not everybody of the company.
  az ad sp update --id "$portal_client_id" --set appRoleAssignmentRequired=true
  if [ -z "$(az ad app federated-credential list --id "$portal_client_id" --query "[?name=='app-identity'].id" --output tsv)" ]; then
    tenant=$(az account show --query tenantId --output tsv)
    cat >"$work/credential.json" <<END
{
  "name": "app-identity",
  "issuer": "https://login.microsoftonline.com/$tenant/v2.0",
  "subject": "$identity",
  "audiences": ["api://AzureADTokenExchange"]
}
END
    az ad app federated-credential create --id "$portal_client_id" --parameters "@$work/credential.json" --output none
  fi
else
  echo "The app registration could not be changed: docs/deployment.md says what its owner has to set." >&2
fi

# put_key CODE: the key from standard input into the vault. It is in a file for a moment, and never an argument.
put_key() {
  (umask 077 && cat >"$work/key")
  again az keyvault secret set --vault-name "$vault" --name "hazchem-depot-$1" --file "$work/key" --encoding utf-8 --output none ||
    fail "The key of depot $1 could not be set. Is keyOperatorPrincipalId you?"
  rm -f "$work/key"
}

step "Hazchem's keys"
changed=''
depots=$(az functionapp config appsettings list --resource-group "$group" --name "$site" \
  --query "[?starts_with(name, 'Hazchem__Depots__')].name" --output tsv | sed 's/^Hazchem__Depots__//; s/__ApiKey$//')
for depot in $depots; do
  if [ -n "$keys_from" ] && grep -q "^$depot=" "$keys_from"; then
    sed -n "s/^$depot=//p" "$keys_from" | head -n 1 | tr -d '\r\n' | put_key "$depot"
    changed=1
    echo "$depot: set"
  elif refused=$(az keyvault secret show --vault-name "$vault" --name "hazchem-depot-$depot" --query id --output none 2>&1); then
    echo "$depot: there"
  elif [ -t 0 ]; then
    read -r -s -p "Hazchem's key of depot $depot (not shown; empty leaves it as it is): " key
    echo
    if [ -n "$key" ]; then
      printf %s "$key" | put_key "$depot"
      changed=1
      echo "$depot: set"
    fi
    unset key
  elif [[ $refused == *SecretNotFound* ]]; then
    echo "$depot: MISSING. Nothing is sent or fetched for it until it is set." >&2
  else
    echo "$depot: not looked at, since whoever runs this may not. Where it is missing, /api/health says keyUnusable."
  fi
done
if [ -n "$changed" ]; then
  # Azure reads references anew once a day; this asks it to do it now.
  az rest --method post --output none \
    --url "https://management.azure.com/subscriptions/$(az account show --query id --output tsv)/resourceGroups/$group/providers/Microsoft.Web/sites/$site/config/configreferences/appsettings/refresh?api-version=2022-03-01"
fi

if [ -z "$package" ]; then
  step "Building the package"
  dotnet publish "$root/Hazchem.Functions" -r linux-x64 -c Release -o "$work/app" "${publish[@]}" -p:BlobTriggerSource=EventGrid -v quiet -nologo
  package=$work/app.zip
  dotnet run --project "$root/tools/Package" -- "$work/app" "$package"
  [ -z "$keep_package" ] || cp "$package" "$keep_package"
fi

step "Deploying the code"
again az functionapp deployment source config-zip --resource-group "$group" --name "$site" --src "$package" --output none ||
  fail "The code could not be deployed."

scheme=https

# status PATH [CURL'S OPTIONS]: what an outsider's request is answered with.
status() {
  curl --silent --output /dev/null --max-time 60 --write-out '%{http_code}' "${@:2}" "$scheme://$host$1" || true
}

step "Waiting for the app"
for attempt in $(seq 30); do
  [ "$(status /api/health)" != 200 ] || break
  [ "$attempt" -lt 30 ] || fail "https://$host/api/health does not answer 200. docs/deployment.md says where to look."
  sleep 10
done
echo "It is healthy, or degraded in a way that it says itself: $(curl --silent --max-time 60 "https://$host/api/health")"

step "Event Grid to SendDocument"
# The key in the subscription's address is made by the host, a moment after it first ran the trigger.
again az deployment group create --resource-group "$group" --name hazchem-events --template-file "$root/infra/events.bicep" --output none \
  --parameters siteName="$site" documentsAccountName="$(deployed documentsAccountName)" topicName="$(deployed topicName)" \
  deadLetterContainer="$(deployed deadLetterContainer)" ||
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
expect "what the web page asks, without a sign-in" /api/portal/status "302 401"
expect "a browser's made-up sign-in" /api/portal/status "302 401" --header "X-MS-CLIENT-PRINCIPAL-NAME: somebody"
expect "the trigger by its name" /SendDocument "302 401 403 404" --request POST --data '{}'
expect "the trigger through /api" /api/SendDocument "302 401 403 404" --request POST --data '{}'
expect "the host's administration without a key" /admin/functions "302 401 403"
expect "the webhook without its key" "/runtime/webhooks/blobs?functionName=Host.Functions.SendDocument" "401" --request POST --data '[]'
scheme=http
expect "plain HTTP" /api/health "301 302 307 308"
[ "$faults" -eq 0 ] || fail "$faults of these are wrong. Whoever is outside may get in: look at it now."

echo
echo "Done. The web page is https://$host/api/portal/, for who is assigned to \"$registration\"."
echo "The app is $site, and its vault $vault."
