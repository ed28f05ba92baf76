#!/usr/bin/env bash
# Prints the client id of the app registration that people sign in with: HAZCHEM_PORTAL_CLIENT_ID, or one found by its name. Makes
# it if there is none, unless --find is given.
. "$(dirname "$0")/common.sh"

name="Hazchem documents (${AZURE_ENV_NAME:-$AZURE_RESOURCE_GROUP})"
id=${HAZCHEM_PORTAL_CLIENT_ID:-}
if [ -z "$id" ]; then
  step "Looking for the app registration \"$name\""
  id=$(az ad app list --filter "displayName eq '$name'" --query "[0].appId" --output tsv)
fi
if [ -z "$id" ] && [ "${1:-}" != --find ]; then
  step "Registering it"
  id=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg \
    --enable-id-token-issuance true --query appId --output tsv)
fi
echo "$id"
