// Who the app is. One identity for the host and the app: they are one process tree on one machine, so a second one would
// separate nothing. It is made before anything that names it, so that roles and the site need no second pass.

param name string
param location string
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
