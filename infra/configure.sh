#!/usr/bin/env bash
# After the resources: lets people sign in, and puts Hazchem's keys into the vault. HAZCHEM_KEYS_FROM names a file of keys, a line
# CODE=KEY each; without it, a missing key is asked for on the terminal.
. "$(dirname "$0")/common.sh"
: "${AZURE_RESOURCE_GROUP:?}" "${HAZCHEM_PORTAL_CLIENT_ID:?}" "${siteName:?}" "${hostName:?}" "${vaultName:?}" "${identityPrincipalId:?}"

work=$(mktemp -d)
chmod 700 "$work"
trap 'rm -rf "$work"' EXIT

step "Letting the app sign people in as itself"
# By the identity's token instead of a secret, which somebody would have to keep and renew.
if az ad app update --id "$HAZCHEM_PORTAL_CLIENT_ID" --web-redirect-uris "https://$hostName/.auth/login/aad/callback"; then
  az ad sp show --id "$HAZCHEM_PORTAL_CLIENT_ID" --output none 2>/dev/null || az ad sp create --id "$HAZCHEM_PORTAL_CLIENT_ID" --output none
  # Only people who are assigned come in, not the whole company.
  az ad sp update --id "$HAZCHEM_PORTAL_CLIENT_ID" --set appRoleAssignmentRequired=true
  if [ -z "$(az ad app federated-credential list --id "$HAZCHEM_PORTAL_CLIENT_ID" --query "[?name=='app-identity'].id" --output tsv)" ]; then
    tenant=$(az account show --query tenantId --output tsv)
    cat >"$work/credential.json" <<END
{
  "name": "app-identity",
  "issuer": "https://login.microsoftonline.com/$tenant/v2.0",
  "subject": "$identityPrincipalId",
  "audiences": ["api://AzureADTokenExchange"]
}
END
    az ad app federated-credential create --id "$HAZCHEM_PORTAL_CLIENT_ID" --parameters "@$work/credential.json" --output none
  fi
else
  echo "The app registration could not be changed: docs/deployment.md says what its owner has to set." >&2
fi

# put_key CODE: the key from standard input into the vault. It is in a file for a moment, and never an argument.
put_key() {
  (umask 077 && cat >"$work/key")
  again az keyvault secret set --vault-name "$vaultName" --name "hazchem-depot-$1" --file "$work/key" --encoding utf-8 --output none ||
    fail "The key of depot $1 could not be set. Is keyOperatorPrincipalId you?"
  rm -f "$work/key"
  changed=1
  echo "$1: set"
}

step "Hazchem's keys"
changed=''
depots=$(az functionapp config appsettings list --resource-group "$AZURE_RESOURCE_GROUP" --name "$siteName" \
  --query "[?starts_with(name, 'Hazchem__Depots__')].name" --output tsv | sed 's/^Hazchem__Depots__//; s/__ApiKey$//')
for depot in $depots; do
  if [ -n "${HAZCHEM_KEYS_FROM:-}" ] && grep -q "^$depot=" "$HAZCHEM_KEYS_FROM"; then
    put_key "$depot" < <(sed -n "s/^$depot=//p" "$HAZCHEM_KEYS_FROM" | head -n 1 | tr -d '\r\n')
  elif refused=$(az keyvault secret show --vault-name "$vaultName" --name "hazchem-depot-$depot" --query id --output none 2>&1); then
    echo "$depot: there"
  elif [ -t 0 ]; then
    read -r -s -p "Hazchem's key of depot $depot (not shown; empty leaves it as it is): " key
    echo
    if [ -n "$key" ]; then
      put_key "$depot" < <(printf %s "$key")
    fi
    unset key
  elif [[ $refused == *SecretNotFound* ]]; then
    echo "$depot: MISSING. Nothing is sent or fetched for it until it is set." >&2
  else
    echo "$depot: not looked at, since whoever runs this may not. If it is missing, /api/health says keyUnusable."
  fi
done
if [ -n "$changed" ]; then
  # Azure reads references anew once a day; this asks it to do it now.
  az rest --method post --output none \
    --url "https://management.azure.com/subscriptions/$subscription/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$siteName/config/configreferences/appsettings/refresh?api-version=2022-03-01"
fi
