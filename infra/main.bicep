// The whole installation but the code and Event Grid's subscription, which come after it. One resource group, one company.
// docs/deployment.md goes through it from zero; azd or deploy.sh does it.

metadata description = 'Hazchem.Functions: the document bridge between a TMS and the Hazchem Network.'

@description('What the resources are called after, 3 to 10 lower-case letters and digits.')
@minLength(3)
@maxLength(10)
param name string = 'hazchem'

@description('Where. The resource group\'s region unless given; it must have Flex Consumption and zone-redundant storage.')
param location string = resourceGroup().location

@description('On every resource.')
param tags { *: string } = {
  app: 'hazchem-functions'
}

@description('The azd environment, which azd tags its resources with; empty without azd.')
param environmentName string = ''

@description('Hazchem\'s API, before /v1.')
param hazchemBaseUrl string

@description('The three-digit codes of the depots. The key of each is the secret hazchem-depot-CODE of the vault.')
@minLength(1)
param depots string[]

@description('The app registration that people sign in with, by its client id. azd and deploy.sh make it if none is given.')
param portalClientId string

@description('The TMS\'s service principal or managed identity, by its object id; empty where it uses the API alone.')
param tmsPrincipalId string = ''

@description('Who sets Hazchem\'s keys, by object id; empty where nobody may but through the subscription\'s owners.')
param keyOperatorPrincipalId string = ''

@description('What the operator is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param keyOperatorPrincipalType string = 'User'

@description('Addresses that alerts are sent to.')
param alertEmails string[] = []

@description('Settings of the app that differ from its defaults, by their names in the README.')
param settings { *: string } = {}

@description('How the documents\' account is replicated.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param documentReplication string = 'Standard_ZRS'

@description('After how many days an original or a fetched document moves to the cool tier, where it is billed for 30 days at least.')
@minValue(1)
param coolAfterDays int = 30

@description('After how many days an original that was sent is deleted.')
@minValue(1)
param deleteSentAfterDays int = 180

@description('After how many days an original that was refused or given up is deleted.')
@minValue(1)
param deleteNotSentAfterDays int = 180

@description('After how many days a document that Hazchem sent is deleted.')
@minValue(1)
param deleteInboundAfterDays int = 365

@description('Memory of an instance, in MB. 2048 has room for the 768 MiB that documents may take and for the largest picture that goes alone.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('The most instances at once. Each takes its share of Hazchem\'s rate, so that more would only be turned away more often.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Instances of SendDocument that are always ready. 0 lets the first file after a quiet time wait for a start.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('How long telemetry is kept, in days.')
@minValue(30)
@maxValue(730)
param telemetryDays int = 90

@description('The most telemetry that is taken in a day, in GB; -1 for no limit. Past it alerts are blind.')
param telemetryDailyGigabytes int = 5

// The same at each deployment into this resource group, and another elsewhere: names of storage, vault and app are global.
var suffix = take(uniqueString(resourceGroup().id), 6)
var siteName = '${name}-${suffix}'
var identityName = '${name}-app'
var vaultName = '${name}-keys-${suffix}'
var documentsAccountName = '${name}docs${suffix}'
var hostAccountName = '${name}host${suffix}'
var componentName = '${name}-insights'
var topicName = '${name}-dropped'
var deadLetterContainer = 'event-dead-letters'
var allTags = union(tags, empty(environmentName) ? {} : { 'azd-env-name': environmentName })

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: '${name}-logs'
    componentName: componentName
    actionGroupName: '${name}-alerts'
    location: location
    tags: allTags
    retentionDays: telemetryDays
    dailyGigabytes: telemetryDailyGigabytes
    alertEmails: alertEmails
  }
}

module documents 'modules/documents.bicep' = {
  params: {
    accountName: documentsAccountName
    topicName: topicName
    deadLetterContainer: deadLetterContainer
    location: location
    tags: allTags
    replication: documentReplication
    coolAfterDays: coolAfterDays
    deleteSentAfterDays: deleteSentAfterDays
    deleteNotSentAfterDays: deleteNotSentAfterDays
    deleteInboundAfterDays: deleteInboundAfterDays
    softDeleteDays: 7
  }
}

module host 'modules/host.bicep' = {
  params: {
    accountName: hostAccountName
    location: location
    tags: allTags
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    vaultName: vaultName
    workspaceId: monitoring.outputs.workspaceId
    location: location
    tags: allTags
  }
}

module roles 'modules/roles.bicep' = {
  params: {
    identityName: identityName
    topicName: topicName
    tmsPrincipalId: tmsPrincipalId
    keyOperatorPrincipalId: keyOperatorPrincipalId
    keyOperatorPrincipalType: keyOperatorPrincipalType
    documentsAccountName: documentsAccountName
    hostAccountName: hostAccountName
    vaultName: vaultName
    deadLetterContainer: deadLetterContainer
  }
  // They go by names, so that what-if can tell them before anything is there.
  dependsOn: [
    identity
    documents
    host
    vault
  ]
}

module app 'modules/app.bicep' = {
  params: {
    siteName: siteName
    planName: '${name}-plan'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    vaultName: vaultName
    componentName: componentName
    packageContainerUri: host.outputs.packageContainerUri
    hostBlobServiceUri: host.outputs.blobServiceUri
    hostQueueServiceUri: host.outputs.queueServiceUri
    hostTableServiceUri: host.outputs.tableServiceUri
    documentsBlobServiceUri: documents.outputs.blobServiceUri
    documentsQueueServiceUri: documents.outputs.queueServiceUri
    documentsTableServiceUri: documents.outputs.tableServiceUri
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    hazchemBaseUrl: hazchemBaseUrl
    depots: depots
    portalClientId: portalClientId
    settings: settings
  }
  // The host reads its storage and the vault as soon as it starts.
  dependsOn: [
    monitoring
    roles
  ]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    prefix: name
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
    topicId: documents.outputs.topicId
    depots: depots
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

output siteName string = siteName
output hostName string = app.outputs.hostName
output vaultName string = vaultName
output identityPrincipalId string = identity.outputs.principalId
output documentsAccountName string = documentsAccountName
output topicName string = topicName
output deadLetterContainer string = deadLetterContainer
