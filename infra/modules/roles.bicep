// Every role assignment, in one place. docs/deployment.md has why each is needed, and a test holds the two to each other.

@description('The app\'s and the host\'s identity.')
param identityName string

@description('Event Grid\'s system topic.')
param topicName string

@description('The TMS; empty where it uses the API or is not known yet.')
param tmsPrincipalId string

@description('Who sets Hazchem\'s keys, a person or a group; empty where nobody does but the owner of the subscription.')
param keyOperatorPrincipalId string

@description('What the operator is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param keyOperatorPrincipalType string

param documentsAccountName string
param hostAccountName string
param vaultName string
param deadLetterContainer string

var roles = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Queue Data Message Processor': '8a0f0c08-91a1-4084-bc3d-661d67233fed'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  'Storage Table Data Reader': '76199698-9eea-4c19-bc75-cec21354c6b6'
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6'
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
}

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource documents 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: documentsAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource outbound 'containers' existing = {
      name: 'outbound'
    }

    resource inbound 'containers' existing = {
      name: 'inbound'
    }

    resource deadLetters 'containers' existing = {
      name: deadLetterContainer
    }
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource events 'queues' existing = {
      name: 'document-events'
    }
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource consignmentDocuments 'tables' existing = {
      name: 'ConsignmentDocuments'
    }
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, app.id, roles['Storage Blob Data Owner'])
  scope: host
  properties: {
    description: 'host: Storage Blob Data Owner for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Owner']
    )
  }
}

resource hostQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, app.id, roles['Storage Queue Data Contributor'])
  scope: host
  properties: {
    description: 'host: Storage Queue Data Contributor for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Queue Data Contributor']
    )
  }
}

resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, app.id, roles['Storage Table Data Contributor'])
  scope: host
  properties: {
    description: 'host: Storage Table Data Contributor for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Contributor']
    )
  }
}

resource triggerBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents::blobs::outbound.id, app.id, roles['Storage Blob Data Owner'])
  scope: documents::blobs::outbound
  properties: {
    description: 'documents/outbound: Storage Blob Data Owner for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Owner']
    )
  }
}

resource documentBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents.id, app.id, roles['Storage Blob Data Contributor'])
  scope: documents
  properties: {
    description: 'documents: Storage Blob Data Contributor for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

resource documentQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents.id, app.id, roles['Storage Queue Data Contributor'])
  scope: documents
  properties: {
    description: 'documents: Storage Queue Data Contributor for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Queue Data Contributor']
    )
  }
}

resource documentTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents.id, app.id, roles['Storage Table Data Contributor'])
  scope: documents
  properties: {
    description: 'documents: Storage Table Data Contributor for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Contributor']
    )
  }
}

resource keys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, app.id, roles['Key Vault Secrets User'])
  scope: vault
  properties: {
    description: 'vault: Key Vault Secrets User for app'
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Secrets User'])
  }
}

resource deadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents::blobs::deadLetters.id, topic.id, roles['Storage Blob Data Contributor'])
  scope: documents::blobs::deadLetters
  properties: {
    description: 'documents/event-dead-letters: Storage Blob Data Contributor for Event Grid'
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

resource operatorKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(keyOperatorPrincipalId)) {
  name: guid(vault.id, keyOperatorPrincipalId, roles['Key Vault Secrets Officer'])
  scope: vault
  properties: {
    description: 'vault: Key Vault Secrets Officer for key operator'
    principalId: keyOperatorPrincipalId
    principalType: keyOperatorPrincipalType
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Key Vault Secrets Officer']
    )
  }
}

resource tmsDrops 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(tmsPrincipalId)) {
  name: guid(documents::blobs::outbound.id, tmsPrincipalId, roles['Storage Blob Data Contributor'])
  scope: documents::blobs::outbound
  properties: {
    description: 'documents/outbound: Storage Blob Data Contributor for TMS'
    principalId: tmsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

resource tmsFetches 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(tmsPrincipalId)) {
  name: guid(documents::blobs::inbound.id, tmsPrincipalId, roles['Storage Blob Data Reader'])
  scope: documents::blobs::inbound
  properties: {
    description: 'documents/inbound: Storage Blob Data Reader for TMS'
    principalId: tmsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Reader']
    )
  }
}

resource tmsHears 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(tmsPrincipalId)) {
  name: guid(documents::queueService::events.id, tmsPrincipalId, roles['Storage Queue Data Message Processor'])
  scope: documents::queueService::events
  properties: {
    description: 'documents/document-events: Storage Queue Data Message Processor for TMS'
    principalId: tmsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Queue Data Message Processor']
    )
  }
}

resource tmsReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(tmsPrincipalId)) {
  name: guid(documents::tableService::consignmentDocuments.id, tmsPrincipalId, roles['Storage Table Data Reader'])
  scope: documents::tableService::consignmentDocuments
  properties: {
    description: 'documents/ConsignmentDocuments: Storage Table Data Reader for TMS'
    principalId: tmsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Reader']
    )
  }
}
