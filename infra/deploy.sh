#!/usr/bin/env bash
# azd up for people who have the Azure CLI alone: what infra/ describes, Hazchem's keys, the code, Event Grid's subscription; then
# tries it. It can be run again at any time: what is as it should be stays. docs/deployment.md goes through it.
set -euo pipefail
infra=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'END'
infra/deploy.sh --resource-group GROUP --parameters FILE [options]

  --resource-group GROUP    the resource group, which is there already
  --parameters FILE         a copy of infra/example.bicepparam with your values
  --keys-from FILE          Hazchem's keys, a line CODE=KEY each; without it, a key that is missing is asked for
                            on the terminal, and a run without a terminal goes on and says which is missing
  --portal-client-id ID     the app registration that people sign in with; without it, one is found or made
  --package FILE            deploys this package instead of building one
  --keep-package FILE       keeps the package that was built, to go back to
  --what-if                 shows what would change, and ends
  --yes                     does not ask before it changes anything
  --help                    this text

Needs the Azure CLI, signed in (az login), the .NET SDK, Node.js, curl and zip.
END
}

refuse() {
  echo "deploy.sh: $*" >&2
  echo "Try infra/deploy.sh --help." >&2
  exit 2
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
. "$infra/common.sh"
for program in dotnet node zip; do
  command -v "$program" >/dev/null || fail "$program is not installed."
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export AZURE_RESOURCE_GROUP=$group HAZCHEM_KEYS_FROM=$keys_from HAZCHEM_PORTAL_CLIENT_ID=$portal_client_id

az group show --name "$group" --output none ||
  fail "There is no resource group $group. Make it: az group create --name $group --location uksouth"

HAZCHEM_PORTAL_CLIENT_ID=$("$infra/register.sh" --find)
step "What would change"
# With any id if there is no registration yet.
HAZCHEM_PORTAL_CLIENT_ID=${HAZCHEM_PORTAL_CLIENT_ID:-00000000-0000-0000-0000-000000000000} \
  az deployment group what-if --resource-group "$group" --name hazchem --parameters "$parameters"
[ -z "$what_if" ] || exit 0
if [ -z "$yes" ]; then
  [ -t 0 ] || fail "There is no terminal to ask on. Look at the above, and give --yes."
  read -r -p "Go on? [y/N] " answer
  [ "$answer" = y ] || [ "$answer" = Y ] || fail "Nothing was changed."
fi

HAZCHEM_PORTAL_CLIENT_ID=$("$infra/register.sh")

step "Deploying infra/"
az deployment group create --resource-group "$group" --name hazchem --parameters "$parameters" --output none
for output in siteName hostName vaultName identityPrincipalId documentsAccountName topicName deadLetterContainer; do
  value=$(az deployment group show --resource-group "$group" --name hazchem --query "properties.outputs.$output.value" --output tsv)
  export "$output=$value"
done

"$infra/configure.sh"

if [ -z "$package" ]; then
  step "Building the package"
  BlobTriggerSource=EventGrid dotnet publish "$infra/../Hazchem.Functions" -c Release -o "$work/app" -v quiet -nologo
  package=$work/app.zip
  (cd "$work/app" && zip -q -r "$package" .)
  [ -z "$keep_package" ] || cp "$package" "$keep_package"
fi

step "Deploying the code"
again az functionapp deployment source config-zip --resource-group "$group" --name "${siteName:?}" --src "$package" --output none ||
  fail "The code could not be deployed."

"$infra/connect.sh"
